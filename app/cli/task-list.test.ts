import { expect, test } from 'vitest';
import { measuredFigures } from '../../shared/figures/figures.ts';
import { completed, finished, fold, inOrder, journal, makeCrew, ran } from '../../shared/run/testing/journal.ts';
import { taskList } from './task-list.ts';

const CREW = makeCrew([
  { name: 'outline', async: false },
  { name: 'chapter', title: 'Chapter {index}', context: ['outline'], for_each: { task: 'outline' } },
]);

function listed(count: number, failed: number): string {
  const items = Array.from({ length: count }, (_, at) => at + 1);
  const titles = items.map((item) => `Chapter ${item}`);
  const happened = inOrder(
    ran('outline', 1, 0, 10),
    completed('outline', 10, JSON.stringify(items)),
    [[10, { type: 'task.expanded', task: 'chapter', kind: 'for_each', count, text: JSON.stringify(items), titles }]],
    ...items.map((item) => [
      ...ran(`chapter#${item}`, 1, 10 * item, 10 * item + 10),
      ...(item > failed ? [completed(`chapter#${item}`, 10 * item + 10)] : []),
      ...(item > failed
        ? []
        : [
            [
              10 * item + 10,
              { type: 'task.failed', task: `chapter#${item}`, kind: 'network', message: 'No.' },
            ] as const,
          ]),
    ]),
    finished(10 * count + 20),
  );
  return taskList(measuredFigures(fold(CREW, journal(happened))).tasks);
}

test('The items of a task are below it, with their own titles and how many of them completed.', () => {
  const lines = listed(3, 1)
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').trimEnd());
  expect(lines).toEqual([
    '',
    'Concurrent tasks',
    ' chapter ada pending (2 of 3) concurrent',
    ' Chapter 1 ada failed concurrent',
    ' Chapter 2 ada completed concurrent',
    ' Chapter 3 ada completed concurrent',
    '',
    'Sequential tasks',
    ' Outline ada completed sequential',
    '',
  ]);
});

test('Of many items, only those that did not complete are listed.', () => {
  const list = listed(100, 2);
  expect(list).toMatch(/Chapter 1 +ada +failed[\s\S]*Chapter 2 +ada +failed/);
  expect(list).not.toContain('Chapter 3');
  expect(list).toMatch(/98 more +completed/);
});
