import { createStore, type StoreApi } from 'zustand/vanilla';
import type { BatchRowView, ChosenRows } from '../../../shared/ipc/values.ts';

export interface ShownBatch {
  /** The current or most recent batch of the window; null: none. */
  id: string | null;
  live: boolean;
  rows: readonly BatchRowView[];
  /** The file in the preview before a batch starts. */
  chosen: ChosenRows | null;
}

export type BatchStore = StoreApi<ShownBatch>;

export const createBatchStore = (): BatchStore =>
  createStore(() => ({ id: null, live: false, rows: [], chosen: null }));
