import { create } from 'zustand';
import { withDownstream } from '../../shared/run/rerun.ts';
import { call } from '../base/bridge.ts';
import { useDocument } from './document.ts';
import { syncEdits } from './edits.ts';
import { useRun } from './run.ts';

interface StaleStore {
  /**
   * The stale results of the shown run for the crew on screen, each with a reason that follows the task's name; null if
   * unknown: no run, a run in progress, or a run of another crew.
   */
  stale: ReadonlyMap<string, string> | null;
}

export const useStale = create<StaleStore>()(() => ({ stale: null }));

const DEBOUNCE_MS = 300;
let asked = 0;

/** Compares the shown run with the crew shortly after each change of either. Call it once at startup. */
export function followStale(): void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const later = () => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => void refresh(), DEBOUNCE_MS);
  };
  useDocument.subscribe((now, before) => {
    const { tasks, agents, settings, inputs, process } = now.crew;
    const last = before.crew;
    const same = tasks === last.tasks && agents === last.agents && settings === last.settings;
    if (!same || inputs !== last.inputs || process !== last.process || now.path !== before.path) later();
  });
  useRun.subscribe((now, before) => {
    if (now.id === before.id && now.live === before.live) return;
    asked += 1;
    useStale.setState({ stale: null });
    later();
  });
}

async function refresh(): Promise<void> {
  asked += 1;
  const turn = asked;
  const { id, live } = useRun.getState();
  const isOther = useDocument.getState().stashed !== null;
  const isKnown = await syncEdits();
  const found = id === null || live || isOther || !isKnown ? null : (await call('run.stale', { run: id })).stale;
  if (turn !== asked) return;
  useStale.setState({ stale: found && withDependents(found) });
}

/** A result made from a stale result is stale too. */
function withDependents(found: Readonly<Record<string, string>>): Map<string, string> {
  const stale = new Map(Object.entries(found));
  const { crew } = useDocument.getState();
  const { state } = useRun.getState();
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
