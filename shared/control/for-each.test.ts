import { describe, expect, test } from 'vitest';
import { type Crew, crewSchema } from '../crew/schema.ts';
import { filterItems } from '../expressions/evaluate-expression.ts';
import type { Input } from './base/input.ts';
import { Driven } from './testing/driven.ts';

/** Four slots that are ready, and a crew whose task `each` runs for each item of `list`. */
function crewOf(each: object = {}, forEach: object = {}, more: object[] = []): Crew {
  const common = { description: 'Write', expected_output: 'A text', agent: 'ada', async: true };
  const tasks = [
    { name: 'list' },
    { name: 'each', context: ['list'], for_each: { task: 'list', ...forEach }, ...each },
    { name: 'end', context: ['each'] },
    ...more,
  ];
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    settings: { retries: { max: 0 } },
    agents: [{ name: 'ada', role: 'Writer', goal: 'Write' }],
    tasks: tasks.map((task) => ({ ...common, ...task })),
  });
}

function started(crew: Crew): Driven {
  const driven = new Driven(crew);
  const slots = [1, 2, 3, 4];
  driven.give({ type: 'command', id: null, command: { type: 'setSlots', count: slots.length } });
  for (const slot of slots) driven.give({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 });
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
const parsed = (driven: Driven, name: string): unknown => {
  const result = taskOf(driven, name)?.result;
  return result && 'text' in result ? JSON.parse(result.text) : null;
};
const running = ({ run }: Driven) => [...run.running].map(({ task }) => task).sort();
const statuses = ({ run }: Driven) =>
  Object.fromEntries([...run.tasks.values()].map(({ name, status }) => [name, status]));

test('a task with for_each runs once for each item, and ends with the results in the order of the items', () => {
  const driven = started(crewOf());
  driven.give(gave('list', '["a", "b", "c"]'));
  expect(taskOf(driven, 'each')?.expansion).toEqual({
    kind: 'for_each',
    count: 3,
    at: 0,
    startedAt: 0,
    items: { text: '["a","b","c"]' },
  });
  expect([...driven.run.tasks.keys()]).toEqual(['list', 'each', 'each#1', 'each#2', 'each#3', 'end']);
  expect(running(driven)).toEqual(['each#1', 'each#2', 'each#3']);
  driven.give(gave('each#3', 'C'), gave('each#1', 'A'));
  expect(taskOf(driven, 'each')?.status).toBe('pending');
  driven.give(gave('each#2', 'B'));
  expect(taskOf(driven, 'each')).toMatchObject({ status: 'completed', degraded: false, missing: [], turns: [] });
  expect(parsed(driven, 'each')).toEqual(['A', 'B', 'C']);
  expect(running(driven)).toEqual(['end']);
  driven.give(gave('end', 'done'));
  expect(driven.run.outcome).toBe('completed');
});

describe('the end of a task with for_each', () => {
  test('is degraded and names what is missing if an instance failed', () => {
    const driven = started(crewOf());
    driven.give(gave('list', '[1, 2]'), failed('each#2'), gave('each#1', 'A'));
    expect(taskOf(driven, 'each')).toMatchObject({ status: 'completed', degraded: true, missing: ['each#2'] });
    expect(parsed(driven, 'each')).toEqual(['A', null]);
  });

  test('is that of the first instance if all of them failed', () => {
    const driven = started(crewOf());
    driven.give(gave('list', '[1, 2]'), failed('each#2'), failed('each#1'));
    expect(taskOf(driven, 'each')).toMatchObject({
      status: 'failed',
      error: { kind: 'refused', message: 'each#1: No.' },
    });
  });

  test('comes with the first failure if on_failure is fail: running instances stop, and open ones are skipped', () => {
    const driven = started(crewOf({ async: true }, { on_failure: 'fail', parallel: 2 }));
    driven.give(gave('list', '[1, 2, 3]'));
    expect(running(driven)).toEqual(['each#1', 'each#2']);
    const effects = driven.give(failed('each#2'));
    expect(effects).toContainEqual(expect.objectContaining({ type: 'cancelTurn', key: key('each#1') }));
    driven.give({ type: 'turn.ended', key: key('each#1'), outcome: { status: 'cancelled' }, random: 0 });
    expect(statuses(driven)).toMatchObject({
      each: 'failed',
      'each#1': 'skipped',
      'each#2': 'failed',
      'each#3': 'skipped',
    });
    expect(taskOf(driven, 'each#3')?.skippedBecause).toEqual(['each#2']);
    expect(driven.run.outcome).toBe(null);
  });

  test.each([
    [undefined, '[]'],
    ['\n', ''],
  ])('is a result without parts for an empty list (join %j)', (join, result) => {
    const driven = started(crewOf({}, join === undefined ? {} : { join }));
    driven.give(gave('list', '[]'));
    expect(taskOf(driven, 'each')).toMatchObject({ status: 'completed', degraded: false, result: { text: result } });
  });

  test('joins texts, and leaves out those that are missing', () => {
    const driven = started(crewOf({}, { join: '\n--\n' }));
    driven.give(gave('list', '[1, 2, 3]'), gave('each#3', 'C'), failed('each#2'), gave('each#1', 'A'));
    expect(taskOf(driven, 'each')?.result).toEqual({ text: 'A\n--\nC' });
  });

  test('has JSON results if the task has an output_schema', () => {
    const driven = started(crewOf({ output_schema: { type: 'object' } }));
    driven.give(gave('list', '[1]'), gave('each#1', '{"n":1}'));
    expect(parsed(driven, 'each')).toEqual([{ n: 1 }]);
  });

  test.each([
    ['words', {}, 'The result of list is not JSON, and for_each needs a list.'],
    ['{"a":{"b":"c"}}', { path: '/a/b' }, 'The result of list has a text at "/a/b", and for_each needs a list.'],
    ['{"a":1}', { path: '/b' }, 'The result of list has nothing at "/b".'],
    ['{"a":1}', {}, 'The result of list has an object, and for_each needs a list.'],
    ['null', {}, 'The result of list has null, and for_each needs a list.'],
    ['[1,2,3]', { max: 2 }, 'list gave 3 items, and for_each.max is 2. Raise it, or ask for fewer.'],
  ])('is a failure of kind expansion for the list %s with %j', (text, forEach, message) => {
    const driven = started(crewOf({}, forEach));
    driven.give(gave('list', text));
    expect(taskOf(driven, 'each')).toMatchObject({ status: 'failed', error: { kind: 'expansion' } });
    expect(taskOf(driven, 'each')?.error?.message).toContain(message);
  });

  test('is a failure for 100,000 items, without a task for any of them', () => {
    const driven = started(crewOf());
    driven.give(gave('list', JSON.stringify(Array.from({ length: 100_000 }, (_, at) => at))));
    expect(taskOf(driven, 'each')?.error?.message).toContain('list gave 100000 items');
    expect(driven.run.tasks.size).toBe(3);
  });

  test('is a failure if the run would have more than 20,000 tasks', () => {
    const more = [
      { name: 'more', context: ['list'], for_each: { task: 'list', max: 10_000 } },
      { name: 'most', context: ['list'], for_each: { task: 'list', max: 10_000 } },
    ];
    const driven = started(crewOf({}, { max: 10_000 }, more));
    driven.give(gave('list', JSON.stringify(Array.from({ length: 10_000 }, (_, at) => at))));
    expect(taskOf(driven, 'each')?.expansion?.count).toBe(10_000);
    expect(taskOf(driven, 'more')).toMatchObject({ status: 'failed', error: { kind: 'expansion' } });
    expect(driven.run.tasks.size).toBe(10_005);
  });

  test('is a failure if two items write one file, or one writes outside the workspace', () => {
    const two = started(crewOf({ output_file: '{item}.md' }));
    two.give(gave('list', '["a", "A"]'));
    expect(taskOf(two, 'each')?.error?.message).toBe('Several items of each write "A.md". Add {index} to output_file.');
    const outside = started(crewOf({ output_file: '{item}.md' }));
    outside.give(gave('list', '["../a"]'));
    expect(taskOf(outside, 'each')?.error?.message).toContain('which is outside the workspace');
  });

  test('is skipped without a result of the source, whatever the policy is', () => {
    const driven = started(crewOf());
    driven.give(failed('list'));
    expect(taskOf(driven, 'each')).toMatchObject({ status: 'skipped', skippedBecause: ['list'] });
  });
});

test('instances have the titles and files of their items, and a file of the task is written once per item', () => {
  const driven = started(crewOf({ title: 'About {item.name}', output_file: 'out/{index}.md' }));
  driven.give(gave('list', '[{"name":"Ada"},{"name":"Bo"}]'));
  const [, , one, two] = driven.run.crew.tasks;
  expect([one?.title, two?.title]).toEqual(['About Ada', 'About Bo']);
  const effects = driven.give(gave('each#2', 'B'));
  expect(effects).toMatchObject([{ type: 'writeFile', file: 'out/2.md', text: 'B' }]);
});

test('a list can be an input', () => {
  const crew = crewOf({ context: [], for_each: { input: 'cities' } });
  const driven = started({ ...crew, inputs: { cities: '["Oslo", "Rome"]' } });
  expect(running(driven)).toEqual(['each#1', 'each#2', 'list']);
});

test('parallel limits the instances that run at the same time, and a synchronous task uses the lane', () => {
  const limited = started(crewOf({}, { parallel: 1 }));
  limited.give(gave('list', '[1, 2]'));
  expect(running(limited)).toEqual(['each#1']);
  const sync = started(crewOf({ async: false }));
  sync.give(gave('list', '[1, 2]'));
  expect(running(sync)).toEqual(['each#1']);
});

describe('a task with for_each over the results of another one', () => {
  const aligned = { name: 'edit', context: ['each'], for_each: { task: 'each' } };

  test('starts each instance when the instance of its source has ended, without waiting for the others', () => {
    const driven = started(crewOf({}, {}, [aligned]));
    driven.give(gave('list', '["a", "b"]'));
    expect(taskOf(driven, 'edit')?.expansion).toEqual({
      kind: 'for_each',
      count: 2,
      at: 0,
      startedAt: null,
      items: null,
    });
    driven.give(gave('each#2', 'B'));
    expect(running(driven)).toEqual(['each#1', 'edit#2']);
    driven.give(gave('edit#2', 'b'), gave('each#1', 'A'), gave('edit#1', 'a'));
    expect(parsed(driven, 'edit')).toEqual(['a', 'b']);
  });

  test('skips the instances whose source has no result', () => {
    const driven = started(crewOf({}, {}, [aligned]));
    driven.give(gave('list', '[1, 2]'), failed('each#1'), gave('each#2', 'B'), gave('edit#2', 'b'));
    expect(taskOf(driven, 'edit#1')).toMatchObject({ status: 'skipped', skippedBecause: ['each#1'] });
    expect(taskOf(driven, 'edit')).toMatchObject({ status: 'completed', degraded: true, missing: ['edit#1'] });
  });

  test('waits for all of them if it has a path', () => {
    const driven = started(crewOf({}, {}, [{ ...aligned, for_each: { task: 'each', path: '' } }]));
    driven.give(gave('list', '[1, 2]'), gave('each#1', 'A'));
    expect(taskOf(driven, 'edit')?.expansion).toBe(null);
    driven.give(gave('each#2', 'B'));
    expect(taskOf(driven, 'edit')?.expansion?.count).toBe(2);
  });

  test('ends with its source if that did not expand', () => {
    const driven = started(crewOf({}, {}, [aligned]));
    driven.give(gave('list', 'words'));
    expect(taskOf(driven, 'edit')).toMatchObject({ status: 'skipped', skippedBecause: ['each'] });
  });
});

test('a task whose output files name its own item waits for all results of its source', () => {
  const check = { for_each: { task: 'each', as: 'text' }, output_file: '{text}.md' };
  const driven = started(crewOf({}, {}, [{ name: 'check', context: ['each'], ...check }]));
  driven.give(gave('list', '[1, 2]'), gave('each#1', 'A'));
  expect(taskOf(driven, 'check')?.expansion).toBe(null);
  driven.give(gave('each#2', 'B'));
  expect(driven.run.crew.tasks.flatMap(({ name, output_file }) => (output_file ? [[name, output_file]] : []))).toEqual([
    ['check', '{text}.md'],
    ['check#1', 'A.md'],
    ['check#2', 'B.md'],
  ]);
});

describe('where', () => {
  /** Filters as the shell does. */
  const filtered = (driven: Driven, ...inputs: Input[]) => {
    const filter = driven.give(...inputs).find((effect) => effect.type === 'filterItems');
    if (filter?.type !== 'filterItems') throw new Error('No filter was requested.');
    return driven.give({ type: 'items.filtered', task: filter.task, result: filterItems(filter.filter) });
  };

  test('leaves items out before max counts them, and numbers the others from 1', () => {
    const driven = started(crewOf({}, { where: 'item.n > 1 && index < 4', max: 2 }));
    filtered(driven, gave('list', '[{"n":1},{"n":2},{"n":3},{"n":4}]'));
    expect(running(driven)).toEqual(['each#1', 'each#2']);
    expect(taskOf(driven, 'each')?.expansion).toMatchObject({ count: 2, items: { text: '[{"n":2},{"n":3}]' } });
    expect(taskOf(driven, 'each')?.conditions).toMatchObject([
      { of: 'where', value: true, detail: 'where keeps 2 of 4' },
    ]);
  });

  test('can use other results, inputs and the name of the item', () => {
    const crew = crewOf({}, { as: 'city', where: 'outputs.list.exists(other, other == city) && city != inputs.home' });
    const driven = started({ ...crew, inputs: { home: 'Rome' } });
    filtered(driven, gave('list', '["Rome", "Oslo"]'));
    expect(taskOf(driven, 'each')?.expansion).toMatchObject({ count: 1, items: { text: '["Oslo"]' } });
  });

  test('gives an empty result if it is true for no item', () => {
    const driven = started(crewOf({}, { where: 'item > 5' }));
    filtered(driven, gave('list', '[1, 2]'));
    expect(taskOf(driven, 'each')).toMatchObject({ status: 'completed', degraded: false, result: { text: '[]' } });
  });

  test('fails the task with kind expression if it has no value for an item', () => {
    const driven = started(crewOf({}, { where: 'item.score > 1' }));
    filtered(driven, gave('list', '[{"score":2},{}]'));
    expect(taskOf(driven, 'each')?.error).toEqual({
      kind: 'expression',
      message: 'where of task "each": Item 2: No such key: score (column 6). Use has(…), or correct it.',
    });
    expect(driven.run.tasks.size).toBe(3);
  });

  test('that keeps more than max items fails the task', () => {
    const driven = started(crewOf({}, { where: 'item > 0', max: 1 }));
    filtered(driven, gave('list', '[1, 2]'));
    expect(taskOf(driven, 'each')?.error).toMatchObject({
      kind: 'expansion',
      message: 'list gave 2 items for which "where" is true, and for_each.max is 1. Raise it, or ask for fewer.',
    });
  });

  test('is evaluated once, and its late value changes nothing after a stop', () => {
    const driven = started(crewOf({}, { where: 'item > 0' }));
    const effects = driven.give(gave('list', '[1]'), { type: 'continue' }, { type: 'timer' });
    expect(effects.filter(({ type }) => type === 'filterItems')).toHaveLength(1);
    driven.give({ type: 'command', id: null, command: { type: 'stop' } });
    driven.give({ type: 'items.filtered', task: 'each', result: { ok: true, kept: [0] } });
    expect(taskOf(driven, 'each')).toMatchObject({ status: 'cancelled', expansion: null });
  });

  test('of a task whose source runs for each item waits for all results of the source', () => {
    const more = [{ name: 'check', context: ['each'], for_each: { task: 'each', where: 'item == "A"' } }];
    const driven = started(crewOf({}, {}, more));
    driven.give(gave('list', '[1, 2]'), gave('each#1', 'A'));
    expect(taskOf(driven, 'check')?.expansion).toBe(null);
    filtered(driven, gave('each#2', 'B'));
    expect(running(driven)).toEqual(['check#1', 'end']);
  });
});
