import { describe, expect, it } from 'vitest';
import { checkCrew } from './check.ts';
import { rename } from './rename.ts';
import { crewSchema } from './schema.ts';
import { serializeCrew } from './serialize.ts';

const TEXTS = { description: 'Do it.', expected_output: 'It', agent: 'ada' };
const crewOf = (...tasks: object[]) =>
  crewSchema.parse({
    format: 'crewlane/1',
    name: 'flow',
    agents: [{ name: 'ada', role: 'Worker', goal: 'Work' }],
    tasks: tasks.map((task) => ({ ...TEXTS, ...task })),
  });
const problemsOf = (...tasks: object[]) => checkCrew(crewOf(...tasks)).map(({ code, message }) => [code, message]);
const router = { name: 'review', choices: ['publish', 'revise'] };

describe('Checks of branches', () => {
  it('refuse a choice that the router does not have', () => {
    expect(problemsOf(router, { name: 'a', context: [{ task: 'review', choice: ['publish', 'drop'] }] })).toEqual([
      ['unknown_choice', '"review" has no choice "drop". Its choices are publish, revise.'],
    ]);
    expect(problemsOf({ name: 'b' }, { name: 'a', context: [{ task: 'b', choice: 'x' }] })[0]?.[0]).toBe(
      'unknown_choice',
    );
    expect(problemsOf({ ...router, default_choice: 'drop' })[0]?.[0]).toBe('unknown_choice');
  });

  it('refuse an expression that cannot be read, with its column', () => {
    expect(problemsOf({ name: 'a', when: 'inputs.x <' })).toEqual([
      [
        'invalid_expression',
        '"when" of task "a" cannot be read: The expression is not complete (column 11). Correct it.',
      ],
    ]);
  });

  it('refuse an expression that uses a task outside the context', () => {
    expect(problemsOf({ name: 'b' }, { name: 'a', when: 'outputs.b.text == ""' })).toEqual([
      ['not_in_context', '"when" of task "a" uses "b", which is not in its context. Add it.'],
    ]);
  });

  it('refuse a task with an agent and a call, and need no agent for a call', () => {
    const call = { tool: 'file_reader', arguments: { path: 'a.md' } };
    expect(problemsOf({ name: 'a', call })).toEqual([['two_keys', 'Task "a" has agent and call. Keep one.']]);
    expect(problemsOf({ name: 'a', call, agent: undefined })).toEqual([]);
  });

  it('find a cycle through a choice edge, and an unknown router', () => {
    const cycle = problemsOf(
      { ...router, context: ['a'] },
      { name: 'a', context: [{ task: 'review', choice: 'revise' }] },
    );
    expect(cycle.map(([code]) => code)).toEqual(['cycle']);
    expect(problemsOf({ name: 'a', context: [{ task: 'none', choice: 'x' }] })[0]?.[0]).toBe('unknown_reference');
  });
});

it('a renamed router keeps its choice edges and the conditions that use it', () => {
  const crew = crewOf(router, {
    name: 'a',
    context: [{ task: 'review', choice: 'publish' }],
    when: '"publish" in choices.review',
  });
  const [, task] = rename(crew, 'task', 'review', 'check').tasks;
  expect(task).toMatchObject({
    context: [{ task: 'check', choice: 'publish' }],
    when: '"publish" in choices.check',
  });
});

it('a crew with branches is the same after it was written and read', () => {
  const crew = crewOf(
    { ...router, choose: 'many', default_choice: 'publish' },
    {
      name: 'a',
      context: [{ task: 'review', choice: ['publish', 'revise'] }],
      when: 'true',
    },
  );
  const text = serializeCrew(crew);
  expect(crewSchema.parse(JSON.parse(text))).toEqual(crew);
  expect(serializeCrew(crewOf({ name: 'plain' }))).not.toMatch(/choose|when|choices/);
});
