import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import type { RunState } from '../../../shared/run/state.ts';

/** The run that the window shows. */
export type ShownRun = NoRun | LoadingRun | LiveRun | EndedRun;

/** A run that the window shows, in any state. */
export type OpenRun = Exclude<ShownRun, NoRun>;

interface NoRun extends NoContent {
  status: 'none';
  live: false;
}

/**
 * Events are still being read from the run's folder. Until then, the end of the run is unknown. `live`: whether this
 * application owns the run.
 */
interface LoadingRun extends Content {
  status: 'loading';
  live: boolean;
}

/** This application owns the run, and the window has its events so far. */
interface LiveRun extends Content {
  status: 'live';
  live: true;
}

/** No process of this application owns the run. It has an outcome, or it was interrupted. */
interface EndedRun extends Content {
  status: 'ended';
  live: false;
}

interface Content {
  id: string;
  /** The crew of the run. The crew in the editor may have changed since. */
  crew: Crew;
  /** Changed in place: components that render it subscribe to `seq`. */
  state: RunState;
  seq: number;
  /** All events, in order. Appended in place: components that render it subscribe to `seq`. */
  events: RunEvent[];
  /** Streamed text of running turns, by `turnKey`, until their outcome arrives. */
  texts: ReadonlyMap<string, string>;
}

/** The members of a run, so that selectors of one member need not check whether there is a run. */
interface NoContent extends Record<'id' | 'crew' | 'state', null> {
  seq: 0;
  events: readonly never[];
  texts: ReadonlyMap<string, string>;
}

export const NO_RUN: ShownRun = {
  status: 'none',
  id: null,
  crew: null,
  state: null,
  seq: 0,
  live: false,
  events: [],
  texts: new Map(),
};

/** The same run after all its events were read, or after the application released it. */
export function settledRun(run: OpenRun, live: boolean): OpenRun {
  return live ? { ...run, status: 'live', live } : { ...run, status: 'ended', live };
}

export type RunStore = StoreApi<ShownRun>;

export const createRunStore = (): RunStore => createStore<ShownRun>()(() => NO_RUN);
