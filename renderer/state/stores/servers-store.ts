import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ListedTool, ServerTest } from '../../../shared/ipc/values.ts';

/** What is known about the servers of the crew. */
export interface ServersState {
  /** The tools that the servers of the crew listed when they were last started. */
  tools: Readonly<Record<string, readonly ListedTool[]>>;
  /** The last test of each server since its definition changed. */
  tests: Readonly<Record<string, ServerTest | 'running'>>;
}

export type ServersStore = StoreApi<ServersState>;

/** Creates the store of a window, without any servers. */
export const createServersStore = (): ServersStore => createStore(() => ({ tools: {}, tests: {} }));
