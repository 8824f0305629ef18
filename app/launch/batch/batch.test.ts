import { expect, test } from 'vitest';
import { newRun } from '../../../shared/run/fold.ts';
import { crew } from '../../../shared/scheduler/testing.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import type { RunEnd, RunHandle } from '../../engine/request.ts';
import { Batch, type RowState } from './batch.ts';

const PROJECT = crew({ tasks: [{ name: 'draft' }] });

test('rows that go on later have the budget that was given last, whether at the start or meanwhile', async () => {
  const budgets: (number | null)[] = [];
  const ends: ((end: RunEnd) => void)[] = [];
  const batch = new Batch({
    id: 'batch',
    dir: '',
    project: PROJECT,
    slots: 1,
    rows: [1, 2, 3].map(newRow),
    host: {
      start: () => undefined,
      resize: () => undefined,
      stop: async () => undefined,
    } as Partial<SlotHost> as SlotHost, // Nothing runs.
    startedAtMonotonicMs: performance.now(),
    spentUsd: 0,
    budgetUsd: 1,
    start: async (_row, { budgetUsd }) => {
      budgets.push(budgetUsd);
      return { ok: true, run: runThatEnds((end) => ends.push(end)) };
    },
    closed: async () => undefined,
  });
  batch.begin();
  await expect.poll(() => ends.length).toBe(2);
  expect(await batch.setBudget(2)).toEqual({ ok: true });
  ends[0]?.({ status: 'finished', outcome: 'completed' });
  await expect.poll(() => ends.length).toBe(3);
  expect(budgets).toEqual([1, 1, 2]);
  for (const end of ends) end({ status: 'finished', outcome: 'completed' });
  expect(await batch.done).toEqual({ status: 'ended' });
});

function newRow(row: number): RowState {
  return { row, run: `batch-row-${row}`, inputs: {}, done: 0, status: 'waiting', handle: null, end: null };
}

function runThatEnds(when: (end: (end: RunEnd) => void) => void): RunHandle {
  const handle: Partial<RunHandle> = {
    state: newRun(PROJECT),
    done: new Promise(when),
    setSlots: () => undefined,
    setBudget: async () => ({ ok: true }),
  };
  return handle as RunHandle; // The batch uses nothing else of it here.
}
