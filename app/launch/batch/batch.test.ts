import { expect, test } from 'vitest';
import { newRun } from '../../../shared/run/fold.ts';
import { crew } from '../../../shared/scheduler/testing/rig.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import type { CommandResult, RunEnd, RunHandle } from '../../engine/request.ts';
import { Batch, type RowState } from './batch.ts';

const PROJECT = crew({ tasks: [{ name: 'draft' }] });

test('rows that go on later have the budget that was given last, whether at the start or meanwhile', async () => {
  const { batch, budgets, ends, end } = begin({ spentUsd: 0, budgetUsd: 1 });
  await expect.poll(() => ends.length).toBe(2);
  expect(await batch.setBudget(2)).toEqual({ ok: true });
  end(0);
  await expect.poll(() => ends.length).toBe(3);
  expect(budgets).toEqual([1, 1, 2]);
  for (const at of [1, 2]) end(at);
  expect(await batch.done).toEqual({ status: 'ended' });
});

test('a budget that is spent already is refused, and rows that go on later know nothing of it', async () => {
  const { batch, budgets, ends, end } = begin({ spentUsd: 3, budgetUsd: 4 });
  await expect.poll(() => ends.length).toBe(2);
  expect(await batch.setBudget(2)).toMatchObject({ ok: false, message: expect.stringContaining('$3.00') });
  end(0);
  await expect.poll(() => ends.length).toBe(3);
  expect(budgets).toEqual([4, 4, 4]);
});

test('a row that is about to end and takes no budget is no refusal by the batch', async () => {
  const ended: CommandResult = { ok: false, message: 'The run has ended.' };
  const { batch, ends } = begin({ spentUsd: 0, budgetUsd: 1, taken: (row) => (row === 1 ? ended : { ok: true }) });
  await expect.poll(() => ends.length).toBe(2);
  expect(await batch.setBudget(2)).toEqual({ ok: true });
});

/** Three rows on one slot, whose runs end when the test says so. */
function begin({
  taken = () => ({ ok: true }),
  ...money
}: {
  spentUsd: number;
  budgetUsd: number;
  taken?: (row: number) => CommandResult;
}) {
  const budgets: (number | null)[] = [];
  const ends: ((end: RunEnd) => void)[] = [];
  const host: Partial<SlotHost> = { start: () => undefined, resize: () => undefined, stop: async () => undefined };
  const batch = new Batch({
    id: 'batch',
    dir: '',
    project: PROJECT,
    slots: 1,
    rows: [1, 2, 3].map(newRow),
    host: host as SlotHost, // Nothing runs in it.
    startedAtMonotonicMs: performance.now(),
    limitsBefore: [],
    ...money,
    start: async ({ row }, { budgetUsd }) => {
      budgets.push(budgetUsd);
      return { ok: true, run: runThatEnds((end) => ends.push(end), taken(row)) };
    },
    closed: async () => undefined,
  });
  batch.begin();
  const end = (at: number) => ends[at]?.({ status: 'finished', outcome: 'completed' });
  return { batch, budgets, ends, end };
}

function newRow(row: number): RowState {
  return { row, run: `batch-row-${row}`, inputs: {}, done: 0, status: 'waiting', handle: null, end: null };
}

function runThatEnds(when: (end: (end: RunEnd) => void) => void, result: CommandResult): RunHandle {
  const handle: Partial<RunHandle> = {
    state: newRun(PROJECT),
    notes: [],
    done: new Promise(when),
    setSlots: () => undefined,
    setBudget: async () => result,
  };
  return handle as RunHandle; // The batch uses nothing else of it here.
}
