import { createStore, type StoreApi } from 'zustand/vanilla';

export interface StaleResults {
  /**
   * The stale results of the shown run for the crew on screen, each with a reason that follows the task's name; null if
   * unknown: no run, a run in progress, or a run of another crew.
   */
  stale: ReadonlyMap<string, string> | null;
}

export type StaleStore = StoreApi<StaleResults>;

export const createStaleStore = (): StaleStore => createStore(() => ({ stale: null }));
