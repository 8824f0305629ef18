import { expect, test } from 'vitest';
import { crewSchema } from '../../crew/schema.ts';
import type { RunEvent } from '../../run/events.ts';
import { applyEvent, newRun } from '../../run/fold.ts';
import type { CacheLookup } from '../base/cached-result.ts';
import { CachePhases, entryOf, firstTurns } from './cache-phases.ts';

const MISSED: CacheLookup = { status: 'missed', key: { hash: 'key-1', tools: {} }, changed: [] };
const SOURCE = { run: 'run-1', rehearsal: false, text: 'So.' };

function crewOf(task: object, process = 'sequential') {
  const agent = (name: string) => ({ name, role: 'Writer', goal: 'Write' });
  const written = { name: 'it', description: 'Write', expected_output: 'A text', ...task };
  return crewSchema.parse({
    ...{ format: 'crewlane/1', name: 'crew', process },
    agents: [agent('ada'), agent('bo')],
    settings: { cache: 'read_write' },
    tasks: [written],
  });
}

/** The entry of a task after one attempt with these tool calls. */
function entryAfter(task: object, tools: readonly object[]) {
  const crew = crewOf({ agent: 'ada', ...task });
  const run = newRun(crew);
  const of = { task: 'it', attempt: 1 };
  const call = { type: 'tool.call', ...of, agent: 'ada', call_id: 'c', name: 'file_reader', ms: 1, ok: true };
  const events = [
    { type: 'attempt.started', ...of, slot: 1, agent: 'ada' },
    ...tools.map((one) => ({ ...call, ...one })),
  ];
  // What the engine would have written.
  for (const [index, event] of events.entries()) applyEvent(run, { ...event, seq: index + 1, t: 0 } as RunEvent);
  const [declared] = crew.tasks;
  const state = run.tasks.get('it');
  if (!declared || !state) throw new Error('The crew has no such task.');
  return entryOf(crew, declared, state, SOURCE);
}

test('a lookup keeps the run busy, and its key is kept until the task ends', () => {
  const phases = new CachePhases();
  phases.asked('it');
  expect([phases.isBusy, phases.keyOf('it')]).toEqual([true, null]);
  phases.lookedUp('it', MISSED);
  expect([phases.isBusy, phases.keyOf('it'), phases.toolTextsOf('it')]).toEqual([false, 'key-1', {}]);
  phases.ended('it');
  expect([phases.keyOf('it'), phases.toolTextsOf('it')]).toEqual([null, undefined]);
});

test('the result of a task that read only files is stored', () => {
  expect(entryAfter({}, [{}])).toMatchObject({ ...SOURCE, task: 'it', crew: 'crew', agent: 'ada' });
});

test('a result that depends on more than its prompt and files is stored only if the task permits it', () => {
  for (const tool of [{ name: 'web_search' }, { measured: { listing: true } }]) {
    expect(entryAfter({}, [tool])).toBeNull();
    expect(entryAfter({ cache: 'read_write' }, [tool])).not.toBeNull();
  }
  expect(entryAfter({ cache: 'read' }, [])).toBeNull();
});

test('a lookup covers the proposals of all agents of a consensual task', () => {
  const crew = crewOf({ agents: ['ada', 'bo'] }, 'consensual');
  const state = newRun(crew).tasks.get('it');
  expect(state && firstTurns(state).map(({ turn }) => turn)).toEqual(['propose:ada', 'propose:bo']);
});
