import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { RunFigures } from '../figures/folded-run.ts';
import type { SegmentsByTask } from '../figures/segments.ts';
import type { OpenRun } from './run-store.ts';

/** The figures of the shown run at a moment. */
export interface RunFiguresState {
  run: string;
  crew: Crew;
  /** Changed in place by later events, and newer than the rest: figures and segments are those of `seq` and `now`. */
  state: RunState;
  seq: number;
  /** Run time, whole milliseconds. */
  now: number;
  live: boolean;
  /** While the run is loading, the figures cover part of it. */
  status: OpenRun['status'];
  figures: RunFigures;
  segments: SegmentsByTask;
  /** Tasks on the critical path. */
  critical: ReadonlySet<string>;
}

export type MeasuredStore = StoreApi<{ value: RunFiguresState | null }>;

export const createMeasuredStore = (): MeasuredStore => createStore(() => ({ value: null }));
