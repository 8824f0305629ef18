import { waitPhrase } from '../../shared/figures/wait-reasons.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { TaskState } from '../../shared/run/task-state.ts';
import type { WaitReason } from '../../shared/run/wait-reason.ts';
import type { WindowState } from './window-state.ts';

/**
 * What a ready task waits for, as text that follows "waits", from the latest figures; null if unknown. `useMeasuring`
 * keeps the figures current.
 */
export function waitsFor(win: WindowState, { name, agent }: TaskState, isBrief = false): string | null {
  const { state } = win.run.getState();
  const { value } = win.measured.getState();
  if (!value || !state || value.state !== state) return null;
  const last = value.segments.get(name)?.at(-1);
  if (last?.kind !== 'waiting') return null;
  if (isOver(last.reason, state)) return null;
  // An agent with a limit of concurrent turns is shared like a pool.
  return last.reason === 'resource' && last.blocker === agent ? 'for its agent' : waitPhrase(last.reason, isBrief);
}

/** The figures are slightly older than the state, in which both may have ended. */
function isOver(reason: WaitReason, state: RunState): boolean {
  return reason === 'context' || (reason === 'paused' && state.paused.at(-1)?.end !== null);
}
