import { afterAll, beforeAll, expect, test } from 'vitest';
import { BuiltCommand } from '../app/cli/testing/built-command.ts';
import { runCampaign, seedFrom } from './campaign.ts';
import { commandVictim } from './command.ts';
import { countsText } from './counts.ts';

/** The short version of `npm run test:chaos`. */
const KILLS = 3;

let command: BuiltCommand;
beforeAll(async () => {
  command = await BuiltCommand.make();
});
afterAll(() => command.remove());

test('a run with random kills is resumed until it finishes, and no answered call is repeated', async () => {
  const seed = seedFrom(process.env);
  const { counts, problems } = await runCampaign({
    victim: commandVictim((args, environment) => command.start(args, environment)),
    seed,
    folder: command.path('chaos'),
    killsPerCrew: 3,
    shouldContinue: ({ ownerKills }) => ownerKills < KILLS,
    print: () => undefined,
  });
  process.stdout.write(`CHAOS_SEED=${seed}: ${countsText('command', counts)}\n`);
  expect(problems).toEqual([]);
}, 180_000);
