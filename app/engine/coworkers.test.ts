import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Crew } from '../../shared/crew/schema.ts';
import type { Message } from '../../shared/slot/message.ts';
import { listedEnvironment, nodeHost } from '../hosts/node-host.ts';
import { callsTools, type Reply, says, TestProvider } from '../models/testing/provider.ts';
import { builtSlot } from '../slot/testing/slot-process.ts';
import type { RunEnvironment } from './request.ts';
import { eventsOf, handleOf, makeCrew, Rig, resultOf, until } from './testing/rig.ts';

let slotFile: string;
let rig: Rig;
let provider: TestProvider;
/** The answered model calls: the agent and the number of messages. */
let answered: string[];
/** The call that gets no answer, such as `bob 4`. */
let silentTo: string | null;

beforeAll(async () => {
  slotFile = await builtSlot();
});
beforeEach(async () => {
  rig = new Rig();
  answered = [];
  silentTo = 'bob 4';
  provider = await TestProvider.start(answers);
});
afterEach(async () => {
  await provider.stop();
  rig.remove();
});

/** ada delegates the counting to bob and reports it. boss approves. bob notes his findings before he answers. */
const answers: Reply = (response, received) => {
  const messages = received.body['messages'] as Message[]; // Sent by the client under test.
  const who = /^You are (\w+)/.exec(messages[0]?.content ?? '')?.[1] ?? '';
  const asked = `${who} ${messages.length}`;
  if (asked === silentTo) return;
  answered.push(asked);
  replyTo(asked)(response, received);
};

function replyTo(asked: string): Reply {
  switch (asked) {
    case 'ada 2':
      return callsTools(['delegate_work', { coworker: 'bob', task: 'Count the rows.' }]);
    case 'bob 2':
      return callsTools(['performance_monitor', { action: 'log_milestone', task_id: 'report', milestone: 'counted' }]);
    case 'bob 4':
      return says('Seven.');
    case 'ada 4':
      return says('Bob says seven.');
    default:
      return says('{"approved": true}');
  }
}

const ALL = ['ada 2', 'bob 2', 'bob 4', 'ada 4', 'boss 2'];

function reporting(settings: Record<string, unknown> = {}): Crew {
  return makeCrew([{ name: 'report' }], {
    process: 'hierarchical',
    settings: { retries: { max: 2, base_s: 0, factor: 1, cap_s: 0 }, manager_review: true, ...settings },
    agents: [
      { name: 'ada', role: 'Reporter', goal: 'Report', allow_delegation: true },
      { name: 'bob', role: 'Counter', goal: 'Count', tools: ['performance_monitor'] },
      { name: 'boss', role: 'Boss', goal: 'Judge', manager: true },
    ],
  });
}

const host = () => nodeHost(slotFile, listedEnvironment(process.env));

/** Every call of 15 tokens costs 15 dollars. */
const access: RunEnvironment['access'] = () => ({
  provider: 'test',
  base_url: provider.baseUrl,
  model: 'm',
  api_key: null,
  price: { prompt: 1_000_000, completion: 1_000_000 },
});

const isAsked = (who: string) => until(() => provider.received.length > answered.length && silentTo === who);

describe('the answers of a coworker and a judge are not requested again', () => {
  test.each([
    ['bob 4', 'in the middle of the co-worker’s work'],
    ['ada 4', 'after it'],
    ['boss 2', 'while the manager looks at the result'],
  ])('when the run is interrupted, and resumed: %s, %s', async (who) => {
    silentTo = who;
    const crew = reporting();
    const interrupted = await rig.start(crew, 1, { access }, host());
    await isAsked(who);
    interrupted.interrupt('quit');
    await interrupted.done;
    silentTo = null;
    const run = handleOf(await rig.tryToResume(interrupted.dir, crew, host(), { access }));
    expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
    expect(await resultOf(run, 'report')).toBe('Bob says seven.');
    expect(answered).toEqual(ALL);
    expect(run.state.turns.flatMap(({ milestones }) => milestones)).toHaveLength(1);
  });

  test('a coworker’s answered calls are kept when the budget is used up during its work and raised later', async () => {
    silentTo = null;
    const run = await rig.start(reporting({ budget_usd: 30 }), 1, { access, attended: true }, host());
    await until(() => run.state.overBudget.length === 1 && run.state.running.size === 0);
    expect(run.state.turns.map(({ error }) => error?.kind)).toEqual(['budget']);
    expect(answered).toEqual(['ada 2', 'bob 2']);
    await run.setBudget(1000);
    expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
    expect(answered).toEqual(ALL);
    expect(run.state.turns.flatMap(({ milestones }) => milestones)).toHaveLength(1);
  });

  test('a coworker’s answered calls are kept when the run is killed at any event and resumed', async () => {
    silentTo = null;
    const crew = reporting();
    const run = await rig.start(crew, 1, { access }, host());
    await run.done;
    expect(answered).toEqual(ALL);
    const lines = (await readFile(join(run.dir, 'events.jsonl'), 'utf8')).trimEnd().split('\n');
    const events = await eventsOf(run.dir);
    const started = events.findIndex(({ type }) => type === 'attempt.started');
    const ended = events.findIndex(({ type }) => type === 'attempt.ended');
    for (let kept = started + 1; kept <= ended; kept += 1) {
      const copy = rig.path(`copy${kept}`);
      await cp(run.dir, copy, { recursive: true });
      await writeFile(join(copy, 'events.jsonl'), `${lines.slice(0, kept).join('\n')}\n`);
      const isKept = (type: string) => events.slice(0, kept).filter((event) => event.type === type).length;
      answered = [];
      const resumed = handleOf(await rig.tryToResume(copy, crew, host(), { access }));
      expect(await resumed.done).toEqual({ status: 'finished', outcome: 'completed' });
      expect(await resultOf(resumed, 'report')).toBe('Bob says seven.');
      expect(answered, `after ${kept} events`).toEqual(ALL.slice(isKept('llm.call')));
    }
  });
});
