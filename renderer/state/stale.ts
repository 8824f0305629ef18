import { withDownstream } from '../../shared/run/rerun.ts';
import { call } from '../base/bridge.ts';
import { LatestRequest } from '../base/latest-request.ts';
import { syncEdits } from './edits.ts';
import { useRun } from './run.ts';
import { storeHook, type WindowState } from './window-state.ts';

/** A value of what is known about stale results. */
export const useStale = storeHook(({ stale }) => stale);

const DEBOUNCE_MS = 300;
const ACTIVITY = 'stale-results';

/** Compares the shown run with the crew shortly after each change of either. Call it once at startup. */
export function followStale(win: WindowState): void {
  const requests = new LatestRequest();
  const compare = () => void win.activities.during(ACTIVITY, () => refresh(win, requests.begin()));
  let cancel: () => void = () => undefined;
  const later = () => {
    cancel();
    cancel = win.activities.after(ACTIVITY, DEBOUNCE_MS, compare);
  };
  win.document.subscribe((now, before) => {
    const { tasks, agents, settings, inputs, process } = now.crew;
    const last = before.crew;
    const same = tasks === last.tasks && agents === last.agents && settings === last.settings;
    if (!same || inputs !== last.inputs || process !== last.process || now.path !== before.path) later();
  });
  win.run.subscribe((now, before) => {
    if (now.id === before.id && now.live === before.live) return;
    requests.cancel();
    win.stale.setState({ stale: null });
    later();
  });
}

async function refresh(win: WindowState, isLatest: () => boolean): Promise<void> {
  const { id, live } = win.run.getState();
  const isOther = win.document.getState().stashed !== null;
  const isKnown = await syncEdits(win);
  const found = id === null || live || isOther || !isKnown ? null : (await call('run.stale', { run: id })).stale;
  if (isLatest()) win.stale.setState({ stale: found && withDependents(win, found) });
}

/** A result made from a stale result is stale too. */
function withDependents(win: WindowState, found: Readonly<Record<string, string>>): Map<string, string> {
  const stale = new Map(Object.entries(found));
  const { crew } = win.document.getState();
  const { state } = win.run.getState();
  for (const name of withDownstream(crew, stale.keys())) {
    const hasResult = state?.tasks.get(name)?.status === 'completed';
    if (hasResult && !stale.has(name)) stale.set(name, 'was made from a result that is stale');
  }
  return stale;
}

/** Why a task's result is stale, also in a run in progress that reused it as stale; null if it is not. */
export function useStaleReason(name: string): string | null {
  const kept = useRun(({ state }) => state?.tasks.get(name)?.stale ?? null);
  const found = useStale(({ stale }) => stale?.get(name) ?? null);
  return found ?? kept;
}
