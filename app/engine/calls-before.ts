import type { RunState } from '../../shared/run/state.ts';
import { reachedAfterMs } from './limiter.ts';
import { WINDOW_MS } from './minute.ts';
import { startedOf } from './run-facts.ts';

/** A call that still counts in the minute in which another process goes on with the run. */
export interface CallBefore {
  agent: string;
  tokens: number;
  /** Run time at which it leaves the minute. */
  leaves: number;
}

/**
 * What the provider was asked in the minute before the run was resumed, by the clock on the wall: run time stood still in
 * between. Of each turn that was broken off a call may have been under way, of which nobody has told.
 */
export function callsBefore(state: RunState): CallBefore[] {
  const resumed = state.resumptions.at(-1);
  if (!resumed) return [];
  const { t: since, wallMs } = state.resumptions.at(-2) ?? { t: 0, wallMs: startedOf(state).wall_ms };
  const stoodStillMs = Math.max(0, resumed.wallMs - wallMs - (resumed.t - since));
  const leaves = (t: number) => t - stoodStillMs + WINDOW_MS;
  const ended = state.turns.flatMap(({ calls }) =>
    calls.map(({ agent, start, end, firstTokenMs, promptTokens, completionTokens }) => {
      const reached = start + reachedAfterMs((end ?? start) - start, firstTokenMs);
      return { agent, tokens: promptTokens + completionTokens, leaves: leaves(reached) };
    }),
  );
  const brokenOff = state.turns.flatMap(({ agent, end, result }) =>
    end === null || result === 'ok' || result === 'error' ? [] : [{ agent, tokens: 0, leaves: leaves(end) }],
  );
  return [...ended, ...brokenOff].filter((call) => call.leaves > resumed.t);
}
