import { expect, it } from 'vitest';
import { checkCrew } from './check.ts';
import { rename } from './rename.ts';
import { crewSchema } from './schema.ts';

const TEXTS = { description: 'Do it.', expected_output: 'It', agent: 'ada' };
const crewOf = (...tasks: object[]) =>
  crewSchema.parse({
    format: 'crewlane/1',
    name: 'checked',
    agents: [{ name: 'ada', role: 'Worker', goal: 'Work' }],
    tasks: tasks.map((task) => ({ ...TEXTS, ...task })),
  });
const problemsOf = (...tasks: object[]) => checkCrew(crewOf(...tasks)).map(({ code, message }) => [code, message]);
const expression = (cel: string) => ({ guardrails: [{ check: 'expression', cel }] });

it('An expression of a guardrail is refused if it cannot be read or uses a task outside the context.', () => {
  expect(problemsOf({ name: 'a', ...expression('json.n <') })).toEqual([
    [
      'invalid_expression',
      '"guardrail" of task "a" cannot be read: The expression is not complete (column 9). Correct it.',
    ],
  ]);
  const uses = expression('text != outputs.b.text');
  expect(problemsOf({ name: 'b' }, { name: 'a', ...uses })).toEqual([
    ['not_in_context', '"guardrail" of task "a" uses "b", which is not in its context. Add it.'],
  ]);
  expect(problemsOf({ name: 'b' }, { name: 'a', context: ['b'], ...uses })).toEqual([]);
});

it('A task has one guardrail or a list of guardrails, and an agent that judges must exist.', () => {
  const guardrail = { check: 'json' };
  expect(problemsOf({ name: 'a', guardrail, guardrails: [guardrail] })).toEqual([
    ['two_keys', 'Task "a" has guardrail and guardrails. Keep one.'],
  ]);
  const judged = problemsOf({ name: 'a', guardrails: [guardrail, { agent: 'eve', criteria: 'It is short.' }] });
  expect(judged.map(([code]) => code)).toEqual(['unknown_reference']);
});

it('A renamed task keeps the expressions of guardrails that use it.', () => {
  const crew = crewOf({ name: 'b' }, { name: 'a', context: ['b'], ...expression('text != outputs.b.text') });
  expect(rename(crew, 'task', 'b', 'draft').tasks[1]).toMatchObject(expression('text != outputs.draft.text'));
});
