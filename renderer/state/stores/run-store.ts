import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import type { RunState } from '../../../shared/run/state.ts';

export interface ShownRun {
  /** The run that the window shows; null: none yet. */
  id: string | null;
  /** The crew of the run. The crew in the editor may have changed since. */
  crew: Crew | null;
  /** Changed in place: components that render it subscribe to `seq`. */
  state: RunState | null;
  seq: number;
  /** Whether this application owns the run. */
  live: boolean;
  /** Whether events are still being read from the run's folder. Until then, the end of the run is unknown. */
  reading: boolean;
  /** All events, in order. Appended in place: components that render it subscribe to `seq`. */
  events: RunEvent[];
  /** Streamed text of running turns, by `turnKey`, until their outcome arrives. */
  texts: ReadonlyMap<string, string>;
}

export const NO_RUN: ShownRun = {
  id: null,
  crew: null,
  state: null,
  seq: 0,
  live: false,
  reading: false,
  events: [],
  texts: new Map(),
};

export type RunStore = StoreApi<ShownRun>;

export const createRunStore = (): RunStore => createStore(() => NO_RUN);
