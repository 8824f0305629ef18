import { expect, test } from 'vitest';
import { newRun } from '../../../shared/run/fold.ts';
import { makeCrew } from '../../../shared/scheduler/testing/rig.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import type { CommandResult, RunEnd, RunHandle } from '../../engine/request.ts';
import { Group, waitingRow } from './group.ts';
import { SharedResources } from './group-resources.ts';

const CREW = makeCrew({ tasks: [{ name: 'draft' }] });

test('Rows that start later get the latest budget of the batch.', async () => {
  const { batch, budgets, ends, end } = startBatch({ spentUsd: 0, budgetUsd: 1 });
  await expect.poll(() => ends.length).toBe(2);
  expect(await batch.setBudget(2)).toEqual({ ok: true });
  end(0);
  await expect.poll(() => ends.length).toBe(3);
  expect(budgets).toEqual([1, 1, 2]);
  for (const at of [1, 2]) end(at);
  expect(await batch.done).toEqual({ status: 'ended' });
});

test('A budget below the amount spent is refused and does not apply to later rows.', async () => {
  const { batch, budgets, ends, end } = startBatch({ spentUsd: 3, budgetUsd: 4 });
  await expect.poll(() => ends.length).toBe(2);
  expect(await batch.setBudget(2)).toMatchObject({ ok: false, message: expect.stringContaining('$3.00') });
  end(0);
  await expect.poll(() => ends.length).toBe(3);
  expect(budgets).toEqual([4, 4, 4]);
});

test('A batch accepts a budget even if an ending row refuses it.', async () => {
  const refusal: CommandResult = { ok: false, message: 'The run has ended.' };
  const { batch, ends } = startBatch({
    spentUsd: 0,
    budgetUsd: 1,
    resultOf: (row) => (row === 1 ? refusal : { ok: true }),
  });
  await expect.poll(() => ends.length).toBe(2);
  expect(await batch.setBudget(2)).toEqual({ ok: true });
});

/** Starts a batch of three rows on one slot. The test ends each run with `end`. */
function startBatch({
  resultOf = () => ({ ok: true }),
  spentUsd,
  budgetUsd: newBudgetUsd,
}: {
  spentUsd: number;
  budgetUsd: number;
  resultOf?: (row: number) => CommandResult;
}) {
  const budgets: (number | null)[] = [];
  const ends: ((end: RunEnd) => void)[] = [];
  const host: Partial<SlotHost> = { start: () => undefined, resize: () => undefined, stop: async () => undefined };
  const batch = new Group({
    kind: 'batch',
    id: 'batch',
    dir: '',
    crew: CREW,
    rehearsal: false,
    slots: 1,
    rows: [1, 2, 3].map((row) => waitingRow({ row, run: `batch-row-${row}`, dir: '', inputs: {} })),
    resources: (onIdle) =>
      new SharedResources({
        host: host as SlotHost, // No turn runs in this host.
        crew: CREW,
        slots: 1,
        startedAtMonotonicMs: performance.now(),
        spentUsd,
        spentTokens: 0,
        limitsBefore: [],
        onIdle,
      }),
    budgetUsd: newBudgetUsd,
    budgetTokens: null,
    start: async ({ row }, { budgetUsd }) => {
      budgets.push(budgetUsd);
      return { ok: true, run: runThatEnds((end) => ends.push(end), resultOf(row)) };
    },
    closed: async () => undefined,
  });
  batch.begin();
  const end = (at: number) => ends[at]?.({ status: 'finished', outcome: 'completed' });
  return { batch, budgets, ends, end };
}

function runThatEnds(when: (end: (end: RunEnd) => void) => void, result: CommandResult): RunHandle {
  const handle: Partial<RunHandle> = {
    state: newRun(CREW),
    notes: [],
    done: new Promise(when),
    setSlots: () => undefined,
    setBudget: async () => result,
  };
  return handle as RunHandle; // The batch uses only these members here.
}
