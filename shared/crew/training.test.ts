import { expect, it } from 'vitest';
import { joinGuidance, readGuidance, TRAINING_FORMAT } from './training.ts';

it('Guidance that many reviews add can be read again: a task keeps its latest texts', () => {
  const texts = (from: number, count: number) => Array.from({ length: count }, (_, at) => `Remark ${from + at}`);
  const joined = joinGuidance({ write: texts(1, 90), check: ['Be brief.'] }, { write: texts(90, 30) });
  expect(joined).toEqual({ write: texts(20, 100), check: ['Be brief.'] });
  const tasks = Object.entries(joined).map(([task, guidance]) => [task, { guidance }]);
  expect(readGuidance(JSON.stringify({ format: TRAINING_FORMAT, tasks: Object.fromEntries(tasks) }))).toEqual(joined);
});
