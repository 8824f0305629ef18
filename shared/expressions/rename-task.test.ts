import { expect, it } from 'vitest';
import { renameTaskIn } from './rename-task.ts';

it.each([
  ['outputs.count.events < 10', 'outputs.sum.events < 10', 'sum'],
  [
    'outputs["count"].events < 10 && statuses.count == "failed"',
    'outputs.sum.events < 10 && statuses.sum == "failed"',
    'sum',
  ],
  ['outputs.count.events < 10', 'outputs["my-sum"].events < 10', 'my-sum'],
  ['has(outputs.count) && outputs.counts.x > 1', '"my-sum" in outputs && outputs.counts.x > 1', 'my-sum'],
  ['"a" in choices.count', '"a" in choices.sum', 'sum'],
  ['inputs.count == 1', 'inputs.count == 1', 'sum'],
  ['outputs.count <', 'outputs.count <', 'sum'],
])('a renamed task changes %s to %s', (before, after, name) => {
  expect(renameTaskIn(before, 'count', name)).toBe(after);
});
