import { expect, test } from 'vitest';
import type { RunHandle } from '../../engine/request.ts';
import { type RowState, waitingRow } from './group.ts';
import type { GroupRow } from './group-handle.ts';
import { watchRows } from './watch-rows.ts';

test('A row is watched while it runs and released when it ends.', () => {
  const rows = [1, 2].map(newRow);
  const listeners = new Set<(row: GroupRow) => void>();
  const watched = new Set<number>();
  const change = (row: RowState, status: RowState['status']) => {
    row.status = status;
    row.handle = status === 'running' ? runOf(row, watched) : null;
    for (const listener of listeners) listener(row);
  };
  const [first, second] = rows as [RowState, RowState]; // The array has two rows.
  change(first, 'running');
  const seen: string[] = [];
  const subscribe = (listener: (row: GroupRow) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const end = watchRows(
    { rows, subscribe },
    { row: ({ row, status }) => void seen.push(`${row} ${status}`), events: () => undefined },
  );
  change(second, 'running');
  expect([...watched]).toEqual([1, 2]);
  change(first, 'ended');
  expect([...watched]).toEqual([2]);
  end();
  expect(watched.size + listeners.size).toBe(0);
  expect(seen).toEqual(['1 running', '2 running', '1 ended']);
});

function newRow(row: number): RowState {
  return waitingRow({ row, run: `batch-row-${row}`, dir: '', inputs: {} });
}

function runOf({ row }: RowState, watched: Set<number>): RunHandle {
  const subscribe = () => {
    watched.add(row);
    return () => watched.delete(row);
  };
  return { subscribe } as Partial<RunHandle> as RunHandle; // The code under test uses only subscribe.
}
