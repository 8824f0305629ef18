import { waitPhrase } from '../../shared/figures/wait-reasons.ts';
import type { RunState, TaskState } from '../../shared/run/state.ts';
import type { WaitReason } from '../../shared/run/wait-reason.ts';
import { useMeasured } from './measured.ts';
import { useRun } from './run.ts';

/**
 * What a task waits for whose context is there, after "waits", as the figures had it last; null where they
 * do not know yet. They are kept up to date by `useMeasuring`.
 */
export function waitsFor({ name, agent }: TaskState, isBrief = false): string | null {
  const { state } = useRun.getState();
  const { value } = useMeasured.getState();
  if (!value || !state || value.state !== state) return null;
  const last = value.stretches.get(name)?.at(-1);
  if (last?.kind !== 'waiting') return null;
  if (isOver(last.reason, state)) return null;
  // An agent that may run only so many turns at once is shared as a pool is.
  return last.reason === 'resource' && last.blocker === agent ? 'for its agent' : waitPhrase(last.reason, isBrief);
}

/** Figures are a little older than the state, which knows that these two have ended. */
function isOver(reason: WaitReason, state: RunState): boolean {
  return reason === 'context' || (reason === 'paused' && state.paused.at(-1)?.end !== null);
}
