import { describe, expect, test } from 'vitest';
import { type Crew, crewSchema } from '../crew/schema.ts';
import { evaluateCondition } from '../expressions/evaluate-expression.ts';
import type { Effect } from './base/effect.ts';
import type { Input } from './base/input.ts';
import { Driven } from './testing/driven.ts';

/** A crew in which `write`, `edit` and `review` are a loop between `brief` and `publish`. */
function crewOf(repeat: object = {}, more: { [task: string]: object } = {}, tasks: { name: string }[] = []): Crew {
  const common = { description: 'Write', expected_output: 'A text', agent: 'ada', async: true };
  const all: { name: string; [key: string]: unknown }[] = [
    { name: 'brief' },
    { name: 'write', context: ['brief'] },
    { name: 'edit', context: ['write'] },
    {
      name: 'review',
      context: ['edit'],
      output_schema: { type: 'object' },
      repeat: { from: 'write', until: 'outputs.review.good', ...repeat },
    },
    { name: 'publish', context: ['write', 'review'] },
    ...tasks,
  ];
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    settings: { retries: { max: 0 } },
    agents: [{ name: 'ada', role: 'Writer', goal: 'Write' }],
    tasks: all.map((task) => ({ ...common, ...task, ...more[task.name] })),
  });
}

function started(crew: Crew): Driven {
  const driven = new Driven(crew);
  driven.give({ type: 'command', id: null, command: { type: 'setSlots', count: 2 } });
  for (const slot of [1, 2]) driven.give({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 });
  return driven;
}

const key = (task: string) => ({ run: 'run-1', task, attempt: 1, turn: null });
const failure = { kind: 'refused', message: 'No.' } as const;

/** The turn of a task gives a text, or fails; then expressions are evaluated. */
function gave(driven: Driven, task: string, text: string | null): Effect[] {
  const outcome = text === null ? ({ status: 'error', failure } as const) : ({ status: 'value', text } as const);
  return evaluated(driven, driven.give({ type: 'turn.ended', key: key(task), outcome, random: 0 }));
}

function evaluated(driven: Driven, effects: Effect[]): Effect[] {
  const inputs = effects.flatMap((effect): Input[] =>
    effect.type === 'evaluate'
      ? [{ type: 'condition.evaluated', task: effect.task, of: effect.of, result: evaluateCondition(effect.condition) }]
      : [],
  );
  return inputs.length === 0 ? effects : [...effects, ...evaluated(driven, driven.give(...inputs))];
}

/** Runs a round whose review says whether the text is good. */
function round(driven: Driven, at: number, good: boolean): void {
  gave(driven, `write@${at}`, `text ${at}`);
  gave(driven, `edit@${at}`, `edited ${at}`);
  gave(driven, `review@${at}`, JSON.stringify({ good }));
}

const taskOf = (driven: Driven, name: string) => driven.run.tasks.get(name);
const contextOf = (driven: Driven, name: string) => driven.run.crew.tasks.find((task) => task.name === name)?.context;
const running = ({ run }: Driven) => [...run.running].map(({ task }) => task);

test('the first round follows run.started, and the tasks of the loop wait for it', () => {
  const driven = started(crewOf());
  expect([...driven.run.tasks.keys()]).toEqual([
    ...['brief', 'write', 'write@1', 'edit', 'edit@1', 'review', 'review@1', 'publish'],
  ]);
  expect(running(driven)).toEqual(['brief']);
  expect(contextOf(driven, 'write')).toEqual(['write@1', 'review']);
  expect(contextOf(driven, 'review')).toEqual(['review@1']);
  expect(contextOf(driven, 'edit@1')).toEqual(['write@1']);
  expect(taskOf(driven, 'edit@1')?.instance).toEqual({ of: 'edit', index: null, round: 1 });
});

test('a loop runs until its condition is true, and its tasks have the results of the last round', () => {
  const driven = started(crewOf());
  gave(driven, 'brief', 'brief');
  round(driven, 1, false);
  expect(taskOf(driven, 'write')?.status).toBe('pending');
  expect(running(driven)).toEqual(['write@2']);
  expect(contextOf(driven, 'write@2')).toEqual(['brief', 'write@1', 'review@1']);
  expect(contextOf(driven, 'edit@2')).toEqual(['write@2']);
  round(driven, 2, true);
  expect(taskOf(driven, 'write')).toMatchObject({ status: 'completed', degraded: false, result: { text: 'text 2' } });
  expect(taskOf(driven, 'edit')).toMatchObject({ status: 'completed', result: { text: 'edited 2' }, turns: [] });
  expect(taskOf(driven, 'review')?.conditions).toMatchObject([
    { of: 'until', value: false },
    { of: 'until', value: true },
  ]);
  expect(running(driven)).toEqual(['publish']);
  gave(driven, 'publish', 'done');
  expect(driven.run.outcome).toBe('completed');
});

test('a task can repeat itself, with its own last result', () => {
  const crew = crewOf({ from: undefined, until: 'round == 2 && outputs.review.good' });
  const driven = started(crew);
  gave(driven, 'brief', 'brief');
  gave(driven, 'write', 'text');
  gave(driven, 'edit', 'edited');
  gave(driven, 'review@1', '{"good":true}');
  expect(contextOf(driven, 'review@2')).toEqual(['edit', 'review@1']);
  gave(driven, 'review@2', '{"good":true}');
  expect(taskOf(driven, 'review')?.status).toBe('completed');
});

describe('after the most rounds', () => {
  test('keep gives the last results, degraded, and says why', () => {
    const driven = started(crewOf({ max: 2 }));
    gave(driven, 'brief', 'brief');
    round(driven, 1, false);
    round(driven, 2, false);
    const unmet = ['"until" was not true after 2 rounds'];
    for (const name of ['write', 'edit', 'review'])
      expect(taskOf(driven, name)).toMatchObject({ status: 'completed', degraded: true, unmet });
    gave(driven, 'publish', 'done');
    expect(driven.run.outcome).toBe('completed_degraded');
  });

  test('fail ends the task that repeats with kind repeat', () => {
    const driven = started(crewOf({ max: 2, on_max: 'fail' }, { publish: { on_dependency_failure: 'skip' } }));
    gave(driven, 'brief', 'brief');
    round(driven, 1, false);
    round(driven, 2, false);
    expect(taskOf(driven, 'review')?.error).toEqual({
      kind: 'repeat',
      message: '"until" was not true after 2 rounds. Raise repeat.max, or set on_max to keep the last results.',
    });
    expect(taskOf(driven, 'publish')?.status).toBe('skipped');
    expect(driven.run.outcome).toBe('failed');
  });
});

test('a loop ends when its last task has no result', () => {
  const driven = started(
    crewOf({}, { edit: { on_dependency_failure: 'skip' }, review: { on_dependency_failure: 'skip' } }),
  );
  gave(driven, 'brief', 'brief');
  gave(driven, 'write@1', null);
  expect(taskOf(driven, 'review')).toMatchObject({ status: 'skipped', skippedBecause: ['review@1'] });
  expect(taskOf(driven, 'write')?.error).toEqual({ kind: 'refused', message: 'write@1: No.' });
  gave(driven, 'publish', 'done');
  expect(driven.run.outcome).toBe('completed_degraded');
});

test('an until without a value fails the task that repeats, and the others keep their results', () => {
  const driven = started(crewOf({ until: 'outputs.review.fine' }));
  gave(driven, 'brief', 'brief');
  round(driven, 1, true);
  expect(taskOf(driven, 'review')?.error).toEqual({
    kind: 'expression',
    message: 'until of task "review": No such key: fine (column 16). Use has(…), or correct it.',
  });
  expect(taskOf(driven, 'write')).toMatchObject({ status: 'completed', result: { text: 'text 1' } });
});

test('when and choices of tasks in a loop concern their own round', () => {
  const more = {
    edit: { when: 'outputs.write.text == "text 2"' },
    review: { choices: ['again', 'stop'], output_schema: undefined, context: ['write', 'edit'] },
    publish: { context: ['brief', { task: 'review', choice: 'stop' }] },
  };
  const driven = started(crewOf({ until: 'choices.review == ["stop"]' }, more));
  gave(driven, 'brief', 'brief');
  gave(driven, 'write@1', 'text 1');
  expect(taskOf(driven, 'edit@1')?.status).toBe('not_chosen');
  gave(driven, 'review@1', 'Choice: again');
  gave(driven, 'write@2', 'text 2');
  gave(driven, 'edit@2', 'edited');
  gave(driven, 'review@2', 'Choice: stop');
  expect(taskOf(driven, 'review')).toMatchObject({ status: 'completed', choices: ['stop'] });
  expect(running(driven)).toEqual(['publish']);
});

test('a list inside a loop has items of each round', () => {
  const driven = started(crewOf({}, { edit: { for_each: { task: 'write' } } }));
  gave(driven, 'brief', 'brief');
  gave(driven, 'write@1', '["a"]');
  gave(driven, 'edit@1#1', 'A');
  gave(driven, 'review@1', '{"good":false}');
  gave(driven, 'write@2', '["b", "c"]');
  expect(running(driven)).toEqual(['edit@2#1', 'edit@2#2']);
  gave(driven, 'edit@2#1', 'B');
  gave(driven, 'edit@2#2', 'C');
  gave(driven, 'review@2', '{"good":true}');
  expect(taskOf(driven, 'edit')?.result).toEqual({ text: JSON.stringify(['B', 'C'], null, 2) });
});

test('a stop inside a loop cancels all of it', () => {
  const driven = started(crewOf());
  gave(driven, 'brief', 'brief');
  round(driven, 1, false);
  driven.give({ type: 'command', id: null, command: { type: 'stop' } });
  driven.give({ type: 'turn.ended', key: key('write@2'), outcome: { status: 'cancelled' }, random: 0 });
  expect(driven.run.outcome).toBe('cancelled');
  expect(taskOf(driven, 'review')?.status).toBe('cancelled');
  expect(taskOf(driven, 'write@1')?.status).toBe('completed');
});

test('a late value of until changes nothing after a stop', () => {
  const driven = started(crewOf());
  gave(driven, 'brief', 'brief');
  gave(driven, 'write@1', 'text');
  gave(driven, 'edit@1', 'edited');
  const outcome = { status: 'value', text: '{"good":false}' } as const;
  const effects = driven.give({ type: 'turn.ended', key: key('review@1'), outcome, random: 0 }, { type: 'continue' });
  expect(effects.filter(({ type }) => type === 'evaluate')).toHaveLength(1);
  driven.give({ type: 'command', id: null, command: { type: 'stop' } });
  evaluated(driven, effects);
  expect(driven.run.outcome).toBe('cancelled');
  expect(taskOf(driven, 'write@2')).toBeUndefined();
});
