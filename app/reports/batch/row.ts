import type { Values } from '../../../shared/crew/placeholders.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { type Counts, isCounted, type Outcome } from '../../../shared/figures/counts.ts';
import type { MeasuredFigures } from '../../../shared/figures/figures.ts';
import { measuredFigures } from '../../../shared/figures/figures.ts';
import type { Usage } from '../../../shared/figures/usage.ts';
import type { Interval } from '../../../shared/run/intervals.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { summaryFileName } from '../summary.ts';
import { type SharedUse, sharedUses } from './shared.ts';

/** A task of a row that did not complete. */
export interface RowFailure {
  task: string;
  title: string;
  kind: string;
  message: string;
}

/** The figures of one row that the batch needs. Times are whole milliseconds. */
export interface RowFigures {
  /** The number of the row, from 1. */
  row: number;
  run: string | null;
  inputs: Values;
  outcome: Outcome;
  reason: MeasuredFigures['reason'];
  rehearsal: boolean;
  counts: Counts;
  makespanMs: number;
  sequentialMs: number;
  /** The lower bound of the row alone, for any number of slots. */
  boundMs: number;
  usage: Usage;
  failures: RowFailure[];
  /** The batch time at the start of the row; null if it has not started. */
  startMs: number | null;
  /** The intervals of batch time in which a process ran the row, up to the end of its last task. */
  carried: Interval[];
  /** Its turns, in batch time. */
  turns: Interval[];
  /** Its use of what the rows share, in batch time. */
  shared: SharedUse[];
  /** The number of slots from each batch time on, as reported to the row. */
  slots: { t: number; slots: number }[];
  /** Whether the row was resumed outside its batch, with its own slots. */
  resumedAlone: boolean;
  /** The name of its summary in the export. */
  summary: string;
}

/** An interval of a row's run time with one owner, and the offset to the batch's time. */
interface Session {
  from: number;
  to: number;
  add: number;
}

/** @param batchWallMs the wall clock at time 0 of the batch, for rows that continued without their batch */
export function rowFigures(
  crew: Crew,
  state: RunState,
  at: { row: number; inputs: Values; batchWallMs: number },
): RowFigures {
  const figures = measuredFigures(state);
  const { started } = state;
  const { endMs, sequentialMs, makespanMs, lowerBound } = figures.time;
  const sessions = sessionsOf(state, at.batchWallMs);
  const inBatch = (t: number) => t + (sessions.findLast(({ from }) => from <= t)?.add ?? 0);
  return {
    row: at.row,
    run: started?.run ?? null,
    inputs: at.inputs,
    outcome: figures.outcome,
    reason: figures.reason,
    rehearsal: figures.rehearsal,
    counts: figures.counts,
    makespanMs,
    sequentialMs,
    boundMs: Math.max(lowerBound.path_ms, ...lowerBound.pools.map(({ ms }) => ms)),
    usage: figures.usage,
    failures: failuresOf(figures),
    startMs: started ? inBatch(0) : null,
    carried: sessions.map(({ from, to, add }) => ({ start: from + add, end: Math.min(to, endMs) + add })),
    turns: state.turns.map(({ start, end }) => ({
      start: inBatch(start),
      end: inBatch(start) + (end ?? state.t) - start,
    })),
    shared: sharedUses(crew, state, figures.tasks, inBatch),
    slots: state.slotCounts.map(({ t, slots }) => ({ t: inBatch(t), slots })),
    resumedAlone: state.resumptions.some(({ batchMs }) => batchMs === null),
    summary: summaryFileName(crew),
  };
}

function sessionsOf(state: RunState, batchWallMs: number): Session[] {
  const { started, resumptions } = state;
  if (!started) return [];
  const begins = [
    { from: 0, at: started.batch?.start_ms ?? started.wall_ms - batchWallMs },
    ...resumptions.map(({ t, wallMs, batchMs }) => ({ from: t, at: batchMs ?? wallMs - batchWallMs })),
  ];
  return begins.map(({ from, at }, index) => ({ from, to: begins[index + 1]?.from ?? state.t, add: at - from }));
}

function failuresOf({ tasks }: MeasuredFigures): RowFailure[] {
  return tasks
    .filter((task) => task.status === 'failed' && isCounted(task))
    .map(({ name, title, error }) => ({
      task: name,
      title,
      kind: error?.kind ?? 'unknown',
      message: error?.message ?? '',
    }));
}
