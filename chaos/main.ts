import { spawn } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RunningCommand } from '../app/cli/testing/running-command.ts';
import { applicationVictim } from './application.ts';
import { runCampaign, seedFrom } from './campaign.ts';
import { commandVictim } from './command.ts';
import { type Counts, countsText } from './counts.ts';
import type { Victim } from './owner.ts';

// The long version; scripts/chaos.mjs builds the victims and starts it. ROOT is the repository's folder.
const { values } = parseArgs({
  options: { command: { type: 'string', default: '300' }, application: { type: 'string', default: '30' } },
});
const seed = seedFrom(process.env);
const folder = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-chaos-')));
const { ROOT = '.' } = process.env;
const say = (line: string) => void process.stdout.write(`${line}\n`);
let failed = false;

say(`CHAOS_SEED=${seed}`);
await over(commandVictim(startCommand), Number(values.command));
await over(
  applicationVictim({ electron: process.env['CREWLANE_ELECTRON'] ?? '', root: ROOT }),
  Number(values.application),
);
if (failed) say(`The data of failed rounds is in ${folder}`);
else await rm(folder, { recursive: true, force: true });
process.exit(failed ? 1 : 0);

function startCommand(args: readonly string[], environment: Record<string, string>): RunningCommand {
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, ...environment };
  const cli = join(ROOT, 'dist', 'node', 'cli.js');
  return new RunningCommand(spawn(process.execPath, [cli, ...args], { env, cwd: folder }));
}

async function over(victim: Victim, kills: number): Promise<void> {
  if (kills === 0) return;
  const own = join(folder, victim.name);
  const shouldContinue = ({ ownerKills }: Counts) => ownerKills < kills;
  const { counts, problems } = await runCampaign({
    victim,
    seed,
    folder: own,
    killsPerCrew: 6,
    shouldContinue,
    print: say,
  });
  say(`CHAOS_SEED=${seed}: ${countsText(victim.name, counts)}; ${problems.length} problems`);
  for (const problem of problems) say(`  ${problem}`);
  failed ||= problems.length > 0;
}
