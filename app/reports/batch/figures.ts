import type { Counts, Outcome } from '../../../shared/figures/counts.ts';
import { addUsage, NO_USAGE, type Usage } from '../../../shared/figures/usage.ts';
import { type Concurrency, concurrencyOf } from '../../../shared/run/concurrency.ts';
import { type Interval, lengthOf, union } from '../../../shared/run/intervals.ts';
import type { RowFigures } from './row.ts';
import { type SharedFigures, sharedFigures } from './shared.ts';

/** The figures of a batch over all its rows. Times are whole milliseconds of the batch's time. */
export interface BatchFigures {
  /** The worst outcome of all rows. */
  outcome: Outcome;
  rehearsal: boolean;
  rows: readonly RowFigures[];
  /** The number of rows that a person deleted. No other figure counts them. */
  deleted: number;
  /** The number of rows by outcome. In `outcome`, rows that did not start count as interrupted. */
  ended: Readonly<Record<Outcome | 'not_started', number>>;
  /** The number of rows whose results are all reused from an earlier batch, whatever their outcome. */
  reusedRows: number;
  /** Tasks over all rows. */
  counts: Pick<
    Counts,
    | 'total'
    | 'completed'
    | 'failed'
    | 'skipped'
    | 'notChosen'
    | 'cancelled'
    | 'pending'
    | 'degraded'
    | 'cached'
    | 'kept'
    | 'executed'
  >;
  /** Completed ÷ (all − not chosen), 0 to 1, over all rows. */
  successRate: number;
  /** The time from the first row's start to the last task's end in which a process ran at least one row. */
  makespanMs: number;
  /** The time in between in which no process ran the batch. */
  cutOffMs: number;
  /** The sum of all busy time. */
  sequentialMs: number;
  /** 1 − makespan ÷ sequential time; null if nothing was busy. */
  timeSaved: number | null;
  concurrency: Concurrency;
  /** The highest number of slots. */
  slots: number;
  /** Busy ÷ slot time; null without slot time, or if rows continued alone with their own slots. */
  utilization: number | null;
  /** Declared pools, and agents with a limited number of concurrent turns. */
  shared: SharedFigures[];
  /**
   * The lower bound: the maximum of the longest path (or lane or pool bound) of any row, all busy time divided by the
   * slots, and the use of each pool and limited agent divided by its units.
   */
  boundMs: number;
  /** Lower bound ÷ makespan; null if the makespan is 0. */
  efficiency: number | null;
  /** Makespans of the rows that ended, without reused rows: shortest, median and longest; null if there are none. */
  rowMs: { least: number; median: number; most: number } | null;
  usage: Usage;
  resumedAlone: number;
}

/** From best to worst. */
const OUTCOMES: readonly Outcome[] = ['completed', 'completed_degraded', 'cancelled', 'failed', 'interrupted'];

export function worstOutcome(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce<Outcome>(
    (worst, one) => (OUTCOMES.indexOf(one) > OUTCOMES.indexOf(worst) ? one : worst),
    'completed',
  );
}

/** Whether every result of a row comes from an earlier run. */
export function isReusedRow({ counts }: Pick<RowFigures, 'counts'>): boolean {
  return counts.total > 0 && counts.kept === counts.total;
}

/** @param deleted rows that were deleted, which are not among `rows` */
export function batchFigures(rows: readonly RowFigures[], deleted: number): BatchFigures {
  const carried = union(rows.flatMap((row) => row.carried));
  const makespanMs = lengthOf(carried);
  const span = spanOf(carried);
  const sequentialMs = sum(rows, (row) => row.sequentialMs);
  const slots = rows.reduce((most, row) => Math.max(most, ...row.slots.map((step) => step.slots)), 0);
  const slotMs = slotTime(rows, carried);
  const resumedAlone = rows.filter((row) => row.resumedAlone).length;
  const shared = sharedFigures(rows, makespanMs);
  const bounds = [slots === 0 ? 0 : Math.ceil(sequentialMs / slots), ...boundsOf(shared, resumedAlone)];
  const boundMs = rows.reduce((most, row) => Math.max(most, row.boundMs), Math.max(...bounds));
  const counts = countsOver(rows);
  const chosen = counts.total - counts.notChosen;
  return {
    outcome: worstOutcome(rows.map((row) => row.outcome)),
    rehearsal: rows.some((row) => row.rehearsal),
    rows,
    deleted,
    ended: endsOf(rows),
    reusedRows: rows.filter(isReusedRow).length,
    counts,
    successRate: chosen === 0 ? 1 : counts.completed / chosen,
    makespanMs,
    cutOffMs: span - makespanMs,
    sequentialMs,
    timeSaved: sequentialMs === 0 ? null : 1 - makespanMs / sequentialMs,
    concurrency: concurrencyOver(rows, carried),
    slots,
    utilization: slotMs === 0 || resumedAlone > 0 ? null : sequentialMs / slotMs,
    shared,
    boundMs,
    efficiency: makespanMs === 0 ? null : boundMs / makespanMs,
    rowMs: rowTimes(rows),
    usage: rows.map((row) => row.usage).reduce(addUsage, NO_USAGE),
    resumedAlone,
  };
}

/** Returns no bounds if rows continued alone, because those rows did not share the pools. */
function boundsOf(shared: readonly SharedFigures[], resumedAlone: number): number[] {
  return resumedAlone > 0 ? [] : shared.map(({ boundMs }) => boundMs);
}

function spanOf(carried: readonly Interval[]): number {
  const [first] = carried;
  return first ? (carried.at(-1)?.end ?? first.end) - first.start : 0;
}

function sum(rows: readonly RowFigures[], value: (row: RowFigures) => number): number {
  return rows.reduce((total, row) => total + value(row), 0);
}

function countsOver(rows: readonly RowFigures[]): BatchFigures['counts'] {
  const over = (key: keyof BatchFigures['counts']) => sum(rows, ({ counts }) => counts[key]);
  return {
    total: over('total'),
    completed: over('completed'),
    failed: over('failed'),
    skipped: over('skipped'),
    notChosen: over('notChosen'),
    cancelled: over('cancelled'),
    pending: over('pending'),
    degraded: over('degraded'),
    cached: over('cached'),
    kept: over('kept'),
    executed: over('executed'),
  };
}

function endsOf(rows: readonly RowFigures[]): BatchFigures['ended'] {
  const begun = rows.filter((row) => row.run !== null);
  const count = (outcome: Outcome) => begun.filter((row) => row.outcome === outcome).length;
  return {
    completed: count('completed'),
    completed_degraded: count('completed_degraded'),
    failed: count('failed'),
    cancelled: count('cancelled'),
    interrupted: count('interrupted'),
    not_started: rows.length - begun.length,
  };
}

/** Returns the concurrency over all rows, without the time in which no process ran the batch. */
function concurrencyOver(rows: readonly RowFigures[], carried: readonly Interval[]): Concurrency {
  const changes = rows.flatMap(({ turns }) =>
    turns.flatMap(({ start, end }) => [
      { t: start, by: 1 },
      { t: Math.max(start, end), by: -1 },
    ]),
  );
  changes.sort((a, b) => a.t - b.t);
  const start = carried[0]?.start ?? 0;
  const end = carried.at(-1)?.end ?? start;
  const steps = [{ t: 0, running: 0 }];
  let running = 0;
  for (const [at, change] of changes.entries()) {
    running += change.by;
    if (changes[at + 1]?.t !== change.t) steps.push({ t: change.t - start, running });
  }
  return concurrencyOf(steps, end - start, end - start - lengthOf(carried));
}

/** Returns the number of slots, summed over the time in which a process ran the batch. */
function slotTime(rows: readonly RowFigures[], carried: readonly Interval[]): number {
  const steps = rows.flatMap((row) => row.slots).sort((a, b) => a.t - b.t);
  return carried.reduce((total, segment) => total + within(steps, segment), 0);
}

function within(steps: readonly { t: number; slots: number }[], { start, end }: Interval): number {
  let slots = steps.findLast((step) => step.t <= start)?.slots ?? steps[0]?.slots ?? 0;
  let from = start;
  let total = 0;
  for (const step of steps) {
    if (step.t <= start || step.t >= end || step.slots === slots) continue;
    total += slots * (step.t - from);
    from = step.t;
    slots = step.slots;
  }
  return total + slots * (end - from);
}

function rowTimes(rows: readonly RowFigures[]): BatchFigures['rowMs'] {
  const times = rows.filter((row) => row.outcome !== 'interrupted' && !isReusedRow(row)).map((row) => row.makespanMs);
  times.sort((a, b) => a - b);
  const [least] = times;
  const most = times.at(-1);
  if (least === undefined || most === undefined) return null;
  const middle = Math.floor(times.length / 2);
  const upper = times[middle] ?? most;
  const lower = times.length % 2 === 0 ? (times[middle - 1] ?? upper) : upper;
  return { least, median: Math.round((lower + upper) / 2), most };
}
