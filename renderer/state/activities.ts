import type { StoreApi } from 'zustand';
import type { WindowState } from './window-state.ts';

/** Counts as activities what the stores describe as in progress. Call it once at startup, before the stores change. */
export function followActivities(win: WindowState): void {
  countWhile(win, 'loading-file', win.ui, ({ loading }) => loading !== null);
  countWhile(win, 'auto-layout', win.ui, ({ isLayingOut }) => isLayingOut);
  countWhile(win, 'prediction', win.prediction, ({ pending }) => pending);
}

/** Counts an activity as long as a store is in such a state. */
function countWhile<State>(
  { activities }: WindowState,
  name: string,
  store: StoreApi<State>,
  isBusy: (state: State) => boolean,
): void {
  let end: (() => void) | null = null;
  const update = (state: State) => {
    if (isBusy(state)) end ??= activities.begin(name);
    else {
      end?.();
      end = null;
    }
  };
  update(store.getState());
  store.subscribe(update);
}
