import { describe, expect, test } from 'vitest';
import { linkParts } from '../crew/link.ts';
import { type Crew, crewSchema } from '../crew/schema.ts';
import { applyEvent, newRun } from '../run/fold.ts';
import { Scheduler } from '../scheduler/scheduler.ts';
import type { Input } from './base/input.ts';
import { Driven } from './testing/driven.ts';

const COMMON = { description: 'Write', expected_output: 'A text' };

interface Content {
  tasks: object[];
  settings?: object;
  more?: object;
}

/** A crew with the agents `ada` and `bo`. Its tasks belong to `ada` unless they say otherwise. */
function fileOf({ tasks, settings = {}, more = {} }: Content): Crew {
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    settings: { retries: { max: 0 }, ...settings },
    agents: ['ada', 'bo'].map((name) => ({ name, role: 'Writer', goal: 'Write' })),
    tasks: tasks.map((task) => ({ ...COMMON, ...('crew' in task ? {} : { agent: 'ada' }), ...task })),
    ...more,
  });
}

/** Links a crew to crew files by their paths. */
function linked(tasks: object[], files: Record<string, Content>, own: Omit<Content, 'tasks'> = {}): Crew {
  const parts = Object.entries(files).map(([path, content]) => [
    path,
    { sha256: 'a'.repeat(64), crew: fileOf(content) },
  ]);
  return linkParts(fileOf({ tasks, ...own }), Object.fromEntries(parts));
}

/** Two tasks, the second with the result of the first. */
const TWO = { tasks: [{ name: 'draft' }, { name: 'edit', context: ['draft'] }] };

function started(crew: Crew, slots = 4): Driven {
  const driven = new Driven(crew);
  driven.give({ type: 'command', id: null, command: { type: 'setSlots', count: slots } });
  for (let slot = 1; slot <= slots; slot += 1) driven.give({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 });
  return driven;
}

const key = (task: string) => ({ run: 'run-1', task, attempt: 1, turn: null });

function gave(task: string, text: string): Input {
  return { type: 'turn.ended', key: key(task), outcome: { status: 'value', text }, random: 0 };
}

function failed(task: string): Input {
  const failure = { kind: 'refused', message: 'No.' } as const;
  return { type: 'turn.ended', key: key(task), outcome: { status: 'error', failure }, random: 0 };
}

const taskOf = (driven: Driven, name: string) => driven.run.tasks.get(name);
const textOf = (driven: Driven, name: string) => {
  const result = taskOf(driven, name)?.result;
  return result && 'text' in result ? result.text : null;
};
const running = ({ run }: Driven) => [...run.running].map(({ task }) => task).sort();
const statuses = ({ run }: Driven) =>
  Object.fromEntries([...run.tasks.values()].map(({ name, status }) => [name, status]));
/** The events in which tasks expanded. */
const expansions = ({ run }: Driven) =>
  [...run.tasks.values()].flatMap(({ name, expansion }) =>
    expansion ? [[name, expansion.kind, expansion.count]] : [],
  );

describe('a task that runs a crew file', () => {
  test('becomes the tasks of the file before anything runs, and ends with the result of the final one', () => {
    const driven = started(
      linked(
        [
          { name: 'plan' },
          { name: 'chapter', crew: 'c.crew.json', context: ['plan'] },
          { name: 'end', context: ['chapter'] },
        ],
        { 'c.crew.json': TWO },
      ),
    );
    expect(expansions(driven)).toEqual([['chapter', 'crew', 2]]);
    expect([...driven.run.tasks.keys()]).toEqual(['plan', 'chapter', 'chapter/draft', 'chapter/edit', 'end']);
    expect(taskOf(driven, 'chapter/draft')).toMatchObject({
      agent: 'c/ada',
      context: ['plan'],
      instance: { of: 'chapter', index: null },
    });
    expect(running(driven)).toEqual(['plan']);
    driven.give(gave('plan', 'p'), gave('chapter/draft', 'd'), gave('chapter/edit', 'e'));
    expect(taskOf(driven, 'chapter')).toMatchObject({ status: 'completed', turns: [], degraded: false });
    expect(textOf(driven, 'chapter')).toBe('e');
    driven.give(gave('end', 'done'));
    expect(driven.run.outcome).toBe('completed');
  });

  test.each([
    [{ result: 'draft' }, [{ name: 'draft' }, { name: 'edit', context: ['draft'] }], 'draft'],
    [
      {},
      [
        { name: 'one_side', async: true },
        { name: 'other', title: 'The other', async: true },
      ],
      '## One Side\n\none_side\n\n## The other\n\nother',
    ],
  ])('has the result that %j selects', (step, tasks, text) => {
    const driven = started(linked([{ name: 'a', crew: 'c.crew.json', ...step }], { 'c.crew.json': { tasks } }));
    for (const { name } of tasks) driven.give(gave(`a/${name}`, name));
    expect(textOf(driven, 'a')).toBe(text);
  });

  test('fails with a task whose result counts, and not with another one', () => {
    const tasks = [{ name: 'draft' }, { name: 'note', async: true }];
    const crew = linked([{ name: 'a', crew: 'c.crew.json', result: 'draft' }], { 'c.crew.json': { tasks } });
    const one = started(crew);
    one.give(failed('a/note'), gave('a/draft', 'd'));
    expect(taskOf(one, 'a')).toMatchObject({ status: 'completed', degraded: false });
    const other = started(crew);
    other.give(failed('a/draft'), gave('a/note', 'n'));
    expect(taskOf(other, 'a')).toMatchObject({ status: 'failed', error: { kind: 'crew', message: 'a/draft: No.' } });
  });

  test('follows the policy, the retries and the timeout of the file', () => {
    const settings = { on_dependency_failure: 'skip', task_timeout_s: 7, retries: { max: 4 } };
    const driven = started(linked([{ name: 'a', crew: 'c.crew.json' }], { 'c.crew.json': { ...TWO, settings } }));
    const [draft] = driven.run.crew.tasks.filter(({ name }) => name === 'a/draft');
    expect(draft).toMatchObject({ timeout_s: 7, retries: { max: 4 }, on_dependency_failure: 'skip' });
    driven.give(failed('a/draft'));
    expect(taskOf(driven, 'a/edit')?.status).toBe('skipped');
    expect(taskOf(driven, 'a')?.error?.kind).toBe('crew');
  });

  test.each([
    ['not chosen', { when: 'false' }, 'not_chosen', 'not_chosen'],
    ['skipped', { context: ['plan'], on_dependency_failure: 'skip' }, 'skipped', 'skipped'],
  ])('that is %s ends its tasks without running them', (_, step, status, inner) => {
    const crew = linked([{ name: 'plan' }, { name: 'a', crew: 'c.crew.json', ...step }], { 'c.crew.json': TWO });
    const driven = started(crew);
    if ('when' in step)
      driven.give({
        type: 'condition.evaluated',
        task: 'a',
        of: 'when',
        result: { ok: true, value: false, detail: '' },
      });
    driven.give(failed('plan'));
    expect(statuses(driven)).toEqual({ plan: 'failed', a: status, 'a/draft': inner, 'a/edit': inner });
    expect(driven.run.outcome).not.toBeNull();
  });
});

describe('what a crew file shares with the crew that runs it', () => {
  test('the agents of both files differ, also if they have one name', () => {
    const limited = { agents: [{ name: 'ada', role: 'Other', goal: 'Limit', max_concurrent: 1 }] };
    const tasks = [
      { name: 'x', async: true },
      { name: 'y', async: true },
    ];
    const steps = ['a', 'b'].map((name) => ({ name, crew: 'c.crew.json', async: true }));
    const driven = started(
      linked([...steps, { name: 'own', async: true }], { 'c.crew.json': { tasks, more: limited } }),
    );
    // One limit for all instances of the file, and none for the agent of the crew.
    expect(running(driven)).toEqual(['a/x', 'own']);
    expect(driven.run.crew.agents.map(({ name }) => name)).toEqual(['ada', 'bo', 'c/ada']);
  });

  test('a pool is that of the crew if it has one of this name, else one for all instances of the file', () => {
    const pools = (names: string[]) => ({ pools: names.map((name) => ({ name, capacity: 1 })) });
    const tasks = ['x', 'y'].map((name, at) => ({
      name,
      async: true,
      resources: [{ pool: at === 0 ? 'shared' : 'own' }],
    }));
    const steps = ['a', 'b'].map((name) => ({ name, crew: 'c.crew.json', async: true }));
    const driven = started(
      linked(
        [...steps, { name: 'z', async: true, resources: [{ pool: 'shared' }] }],
        { 'c.crew.json': { tasks, more: pools(['shared', 'own']) } },
        { more: pools(['shared']) },
      ),
    );
    expect(running(driven)).toEqual(['a/x', 'a/y']);
  });

  test('each instance has its own sequential lane, and a step that is not async holds the lane of the crew to its end', () => {
    const asynchronous = ['a', 'b'].map((name) => ({ name, crew: 'c.crew.json', async: true }));
    const one = started(
      linked([...asynchronous, { name: 'plain' }], { 'c.crew.json': { tasks: [{ name: 'x' }, { name: 'y' }] } }),
    );
    expect(running(one)).toEqual(['a/x', 'b/x', 'plain']);
    const steps = ['a', 'b'].map((name) => ({ name, crew: 'c.crew.json' }));
    const other = started(linked([...steps, { name: 'plain' }], { 'c.crew.json': TWO }));
    expect(running(other)).toEqual(['a/draft']);
    other.give(gave('a/draft', 'd'));
    expect(running(other)).toEqual(['a/edit']);
    other.give(gave('a/edit', 'e'));
    expect(running(other)).toHaveLength(1);
    expect(running(other)).not.toContain('a/edit');
  });
});

describe('a task with for_each that runs a crew file', () => {
  const each = { name: 'each', crew: 'c.crew.json', async: true, context: ['list'], for_each: { task: 'list' } };

  test('runs the file once for each item', () => {
    const driven = started(
      linked([{ name: 'list' }, each, { name: 'end', context: ['each'] }], { 'c.crew.json': TWO }),
    );
    driven.give(gave('list', '["a", "b"]'));
    expect(expansions(driven)).toEqual([
      ['each', 'for_each', 2],
      ['each#1', 'crew', 2],
      ['each#2', 'crew', 2],
    ]);
    expect(running(driven)).toEqual(['each#1/draft', 'each#2/draft']);
    driven.give(gave('each#1/draft', '1'), gave('each#1/edit', '1e'), gave('each#2/draft', '2'), failed('each#2/edit'));
    expect(taskOf(driven, 'each')).toMatchObject({ status: 'completed', degraded: true, missing: ['each#2'] });
    driven.give(gave('end', 'done'));
    expect(driven.run.outcome).toBe('completed_degraded');
  });

  test('an empty list runs nothing, and on_failure `fail` ends the tasks of the other items', () => {
    const empty = started(linked([{ name: 'list' }, each], { 'c.crew.json': TWO }));
    empty.give(gave('list', '[]'));
    expect(empty.run.outcome).toBe('completed');
    const strict = { ...each, for_each: { ...each.for_each, on_failure: 'fail', parallel: 1 } };
    const driven = started(linked([{ name: 'list' }, strict], { 'c.crew.json': TWO }));
    driven.give(gave('list', '["a", "b"]'));
    expect(running(driven)).toEqual(['each#1/draft']);
    driven.give(gave('each#1/draft', '1'), failed('each#1/edit'));
    expect(statuses(driven)).toMatchObject({
      each: 'failed',
      'each#1': 'failed',
      'each#2': 'skipped',
      'each#2/draft': 'skipped',
    });
    expect(driven.run.outcome).toBe('failed');
  });

  test('output files with one name fail the second item, and its tasks do not run', () => {
    const tasks = [{ name: 'draft', output_file: 'draft.md' }];
    const driven = started(linked([{ name: 'list' }, each], { 'c.crew.json': { tasks } }));
    driven.give(gave('list', '["a", "b"]'));
    expect(taskOf(driven, 'each#2')?.error).toMatchObject({ kind: 'expansion' });
    expect(taskOf(driven, 'each#2')?.error?.message).toContain('"each#1/draft" and "each#2/draft" write the same file');
  });

  test('more than 20,000 tasks are refused', () => {
    const tasks = Array.from({ length: 20_001 }, (_, index) => ({ name: `t${index}`, async: true }));
    const driven = started(linked([{ name: 'a', crew: 'c.crew.json' }], { 'c.crew.json': { tasks } }));
    expect(taskOf(driven, 'a')?.error).toMatchObject({ kind: 'expansion' });
    expect(taskOf(driven, 'a')?.error?.message).toContain('which can have 20000');
  });
});

describe('nested crew files', () => {
  test('expand one after the other, with their lists', () => {
    const outer = {
      tasks: [{ name: 'list' }, { name: 'part', crew: 'd.crew.json', context: ['list'], for_each: { task: 'list' } }],
    };
    const driven = started(linked([{ name: 'a', crew: 'c.crew.json' }], { 'c.crew.json': outer, 'd.crew.json': TWO }));
    expect(running(driven)).toEqual(['a/list']);
    driven.give(gave('a/list', '["x", "y"]'));
    expect(running(driven)).toEqual(['a/part#1/draft']);
    for (const part of ['a/part#1', 'a/part#2']) driven.give(gave(`${part}/draft`, 'd'), gave(`${part}/edit`, part));
    expect(JSON.parse(textOf(driven, 'a') ?? '')).toEqual(['a/part#1', 'a/part#2']);
    expect(driven.run.outcome).toBe('completed');
  });

  test('the manager of a hierarchical file assigns its tasks for each instance', () => {
    const agents = [
      { name: 'boss', role: 'Manager', goal: 'Manage', manager: true },
      { name: 'ada', role: 'Writer', goal: 'Write' },
    ];
    const tasks = [{ name: 'x', agent: undefined, async: true }];
    const steps = ['a', 'b'].map((name) => ({ name, crew: 'c.crew.json', async: true }));
    const driven = started(linked(steps, { 'c.crew.json': { tasks, more: { process: 'hierarchical', agents } } }));
    expect(running(driven)).toEqual(['a/@assignment', 'b/@assignment']);
    driven.give(gave('a/@assignment', '{"a/x": "c/ada"}'));
    expect(taskOf(driven, 'a/x')).toMatchObject({ agent: 'c/ada' });
    expect(running(driven)).toEqual(['a/x', 'b/@assignment']);
    driven.give(gave('b/@assignment', '{"b/x": "c/boss"}'), gave('a/x', '1'), gave('b/x', '2'));
    expect(driven.run.outcome).toBe('completed');
  });

  test('the agents of a consensual file propose and vote', () => {
    const driven = started(
      linked([{ name: 'a', crew: 'c.crew.json' }], {
        'c.crew.json': { tasks: [{ name: 'x' }], more: { process: 'consensual' } },
      }),
    );
    expect([...driven.run.running].map(({ turn }) => turn)).toEqual(['propose:c/ada', 'propose:c/bo']);
  });
});

test('a replay of the events gives the same state', () => {
  const each = { name: 'each', crew: 'c.crew.json', async: true, context: ['list'], for_each: { task: 'list' } };
  const crew = linked([{ name: 'list' }, each, { name: 'a', crew: 'c.crew.json' }], { 'c.crew.json': TWO });
  const driven = started(crew);
  driven.give(gave('list', '["a", "b"]'), gave('each#1/draft', '1'), failed('each#2/draft'));
  const again = newRun(crew);
  for (const event of driven.events) applyEvent(again, event);
  expect(again).toEqual(driven.run);
  const scheduler = new Scheduler(crew);
  for (const event of driven.events) scheduler.apply(event);
  expect(scheduler.next(driven.t)).toBeNull();
  expect(scheduler.work()).toEqual([]);
});
