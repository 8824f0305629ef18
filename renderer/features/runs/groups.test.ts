import { expect, test } from 'vitest';
import type { RunSummary } from '../../../shared/ipc/values.ts';
import { grouped, type ListedBatch, outcomeOf } from './groups.ts';

function run(name: string, row?: number, outcome: RunSummary['outcome'] = 'completed', deleted = 0): RunSummary {
  return {
    run: name,
    crew: 'crew',
    wall_ms: 0,
    outcome,
    rehearsal: false,
    total_tasks: 1,
    completed_tasks: 1,
    cached_tasks: 0,
    kept_tasks: 0,
    makespan_ms: 1,
    tokens: 1,
    cost_usd: 0,
    cost_at_most: false,
    batch: row === undefined ? null : { batch: 'b', row, rows: 2, deleted },
  };
}

test('The rows of a batch are listed together, in order, at the position of the latest one', () => {
  const listings = grouped([run('new'), run('b2', 2), run('between'), run('b1', 1)]);
  expect(listings.map((one) => (one.kind === 'run' ? one.run.run : one.rows.map((row) => row.run)))).toEqual([
    'new',
    ['b1', 'b2'],
    'between',
  ]);
});

test('A batch has the status of its worst row, and is interrupted if rows have not started', () => {
  const of = (...rows: RunSummary[]) => outcomeOf(grouped(rows)[0] as ListedBatch); // All are rows of one batch.
  expect(of(run('b1', 1), run('b2', 2))).toBe('completed');
  expect(of(run('b1', 1), run('b2', 2, 'failed'))).toBe('failed');
  expect(of(run('b1', 1, 'running'), run('b2', 2, 'failed'))).toBe('running');
  expect(of(run('b1', 1))).toBe('interrupted');
});

test('A batch is not interrupted if its missing rows were deleted', () => {
  const [listed] = grouped([run('b1', 1, 'completed', 1)]);
  expect(listed).toMatchObject({ count: 2, deleted: 1 });
  expect(outcomeOf(listed as ListedBatch)).toBe('completed'); // It is a batch's row.
});
