import { createContext, useContext } from 'react';
import { type StoreApi, useStore } from 'zustand';
import { memoized } from '../../shared/memoized.ts';
import { Activities } from '../base/activities.ts';
import { Fields } from '../base/fields/fields.ts';
import { type BatchStore, createBatchStore } from './stores/batch-store.ts';
import { createDocumentStore, type DocumentStore } from './stores/document-store.ts';
import { createMeasuredStore, type MeasuredStore } from './stores/measured-store.ts';
import { createPredictionStore, type PredictionStore } from './stores/prediction-store.ts';
import { createRunStore, type RunStore } from './stores/run-store.ts';
import { createServersStore, type ServersStore } from './stores/servers-store.ts';
import { createStaleStore, type StaleStore } from './stores/stale-store.ts';
import { createUiStore, type UiStore } from './stores/ui-store.ts';

/**
 * The state of one window. Functions that read or change it have it as their first parameter, `win`; components get it
 * from `useWindowState` and subscribe to a store with its hook, such as `useRun`.
 */
export interface WindowState {
  /** Selection, open tab, dialogs, toasts: what no other store has. */
  readonly ui: UiStore;
  /** The crew on screen and its undo history. */
  readonly document: DocumentStore;
  /** The shown run. */
  readonly run: RunStore;
  readonly batch: BatchStore;
  /** The figures of the shown run. */
  readonly measured: MeasuredStore;
  /** The predicted schedule of the crew on screen. */
  readonly prediction: PredictionStore;
  /** The servers of the crew on screen. */
  readonly servers: ServersStore;
  /** The stale results of the shown run. */
  readonly stale: StaleStore;
  /** Texts that are typed but not committed. */
  readonly fields: Fields;
  /** What the window is busy with. */
  readonly activities: Activities;
}

/** The state of a new window: an empty crew and no run. @param activities those of its page, which also count calls */
export function createWindowState(activities = new Activities()): WindowState {
  const run = createRunStore();
  const measured = createMeasuredStore();
  run.subscribe((now, before) => {
    if (now.state !== before.state) measured.setState({ value: null });
  });
  return {
    ui: createUiStore(),
    document: createDocumentStore(),
    run,
    batch: createBatchStore(),
    measured,
    prediction: createPredictionStore(),
    servers: createServersStore(),
    stale: createStaleStore(),
    fields: new Fields(activities),
    activities,
  };
}

/**
 * Something that each window has one of, created when it is first used: state that only one module or feature knows,
 * such as a timer or the options of a tab.
 */
export const perWindow: <Part>(create: (win: WindowState) => Part) => (win: WindowState) => Part = memoized;

/** Provides the state of the window to its components. */
export const WindowStateContext = createContext<WindowState | null>(null);

/** The state of the window around this component. */
export function useWindowState(): WindowState {
  const win = useContext(WindowStateContext);
  if (win === null) throw new Error('This component needs the state of a window: render it in a WindowStateContext.');
  return win;
}

/** A hook that selects a value of a store of the window. The component renders again when the value changes. */
export function storeHook<State>(storeOf: (win: WindowState) => StoreApi<State>) {
  return <Value>(select: (state: State) => Value): Value => useStore(storeOf(useWindowState()), select);
}
