import { expect, test } from 'vitest';
import { checkCrew } from './check.ts';
import { checkMissingInputs } from './missing-inputs.ts';
import { rename } from './rename.ts';
import { type Crew, crewSchema } from './schema.ts';

function crewOf(repeat: object, more: { [task: string]: object } = {}): Crew {
  const tasks = [
    { name: 'brief' },
    { name: 'write', context: ['brief'] },
    { name: 'edit', context: ['write'] },
    { name: 'review', context: ['edit'], repeat: { from: 'write', until: 'outputs.review.good', ...repeat } },
    { name: 'publish', context: ['review'] },
  ];
  const common = { description: 'Write', expected_output: 'A text', agent: 'ada' };
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    agents: [{ name: 'ada', role: 'Writer', goal: 'Write' }],
    tasks: tasks.map((task) => ({ ...common, ...task, ...more[task.name] })),
  });
}

const problems = (...given: Parameters<typeof crewOf>) =>
  checkCrew(crewOf(...given)).map(({ code, message }) => `${code}: ${message}`);

test.each([
  [
    { from: 'publish' },
    {},
    'invalid_repeat: Task "review" repeats from "publish", which does not lead to it. Move the loop into a crew.',
  ],
  [
    {},
    { edit: { repeat: { until: 'round == 2' } } },
    'invalid_repeat: Task "review" repeats from "write", which overlaps the loop of "edit". Move the loop into a crew.',
  ],
  [
    {},
    { review: { context: ['edit'], for_each: { task: 'edit' }, repeat: { from: 'write', until: 'round == 2' } } },
    'invalid_repeat: Task "review" repeats from "write", which has for_each. Move the loop into a crew.',
  ],
  [
    { from: 'nobody' },
    {},
    'unknown_reference: Task "review" refers to task "nobody", which does not exist. Add it, or fix the name.',
  ],
  [
    { until: 'outputs.review >' },
    {},
    'invalid_expression: "until" of task "review" cannot be read: The expression is not complete (column 17). Correct it.',
  ],
  [
    { until: 'outputs.publish.good' },
    {},
    'not_in_context: "until" of task "review" uses "publish", which is not in its context. Add it.',
  ],
])('%j with %j is refused', (repeat, more, problem) => {
  expect(problems(repeat, more)).toContain(problem);
});

test.each([
  {},
  { from: undefined, until: 'round == 2' },
  { until: 'outputs.write.text != "" && statuses.edit == "completed" && outputs.review.good && round < 3' },
])('%j is accepted', (repeat) => {
  expect(problems(repeat)).toEqual([]);
});

test('a number of rounds outside 2 to 20 is refused by the schema', () => {
  for (const max of [1, 21, 2.5]) expect(() => crewOf({ max })).toThrow();
});

test('renaming a task renames it in the loop', () => {
  const renamed = rename(rename(crewOf({}), 'task', 'write', 'draft'), 'task', 'review', 'check');
  expect(renamed.tasks[3]?.repeat).toMatchObject({ from: 'draft', until: 'outputs.check.good' });
});

test('the round is a placeholder in the tasks of a loop only', () => {
  const text = { description: 'Round {round}' };
  expect(checkMissingInputs(crewOf({}, { write: text, edit: text, review: text }), [{}])).toEqual([]);
  expect(checkMissingInputs(crewOf({}, { publish: text }), [{}]).map(({ code }) => code)).toEqual(['missing_input']);
});
