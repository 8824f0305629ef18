import { useEffect, useState } from 'react';
import type { Estimate } from '../../../shared/run/events.ts';
import type { RunState, TaskState } from '../../../shared/run/state.ts';
import { runningDuration } from '../../base/format.ts';
import { runNow } from '../../state/run.ts';
import type { TimelineSource } from './source.ts';
import { simulations } from './what-if.ts';

/** How often what is left is simulated: of large crews less often, they change less in that time. */
const LEAST_GAP_MS = 1000;
const GAP_MS_PER_TASK = 0.5;
/** Less than this is not worth a second figure. */
const WORTH_SAYING = 0.02;

const ask = simulations();

/**
 * Milliseconds that each task that has not ended is expected to need still, by name: its estimate without what its attempt
 * has run already. Null where an estimate is unknown.
 */
export function timeLeft(
  state: RunState,
  estimates: Readonly<Record<string, Estimate>>,
  now: number,
): Record<string, number> | null {
  const left: Record<string, number> = {};
  for (const task of state.tasks.values()) {
    if (task.endedAt !== null) continue;
    const ms = estimates[task.name]?.ms ?? null;
    if (ms === null) return null;
    left[task.name] = Math.max(0, Math.round(ms - spentOn(task, now)));
  }
  return left;
}

/** What the latest attempt has run, without turns that failed: those are done again. */
function spentOn({ turns }: TaskState, now: number): number {
  const attempt = turns.at(-1)?.attempt;
  return turns
    .filter((turn) => turn.attempt === attempt && (turn.result === null || turn.result === 'ok'))
    .reduce((sum, { start, end }) => sum + (end ?? now) - start, 0);
}

/** In run time; `unknown`: that could not be simulated. */
type ExpectedEnd = number | 'unknown';

/** When a run that goes on is expected to end by what is left of it now; null while nothing says so. */
export function useExpectedEnd({ project, state, live }: TimelineSource): ExpectedEnd | null {
  const [expected, setExpected] = useState<ExpectedEnd | null>(null);
  useEffect(() => {
    setExpected(null);
    if (!live) return;
    let end = () => {};
    const refresh = () => {
      const now = runNow();
      // Nothing before its first event says what is expected; the state is changed in place.
      const durations = state.started ? timeLeft(state, state.started.estimates, now) : null;
      const slots = state.slotCounts.at(-1)?.slots;
      if (!durations || !slots) return;
      end();
      end = ask({ project, durations, capacities: {}, scheduleSlots: null, curve: [slots] }, (answer) => {
        if (answer.kind === 'point') setExpected(now + answer.makespanMs);
        else if (answer.kind === 'failed') setExpected('unknown');
      });
    };
    refresh();
    const timer = setInterval(refresh, Math.max(LEAST_GAP_MS, state.tasks.size * GAP_MS_PER_TASK));
    return () => {
      clearInterval(timer);
      end();
    };
  }, [project, state, live]);
  return expected;
}

/** `stopped`: it did not come to the end that was predicted. */
export type Stage = 'running' | 'completed' | 'stopped';

/** `13.5 s`; where the run is another: `13.5 s, now 24.9 s`, and once it is completed `13.5 s, 11.4 s late`. */
export function predictedEndText(
  predictedMs: number,
  expected: ExpectedEnd | null,
  elapsedMs: number,
  stage: Stage,
): string {
  const said = runningDuration(predictedMs);
  if (stage === 'stopped') return said;
  if (stage === 'running' && expected === 'unknown') return `${said}, now unknown`;
  const isOver = stage === 'completed' || expected === 'unknown';
  const end = isOver ? elapsedMs : Math.max(expected ?? predictedMs, elapsedMs);
  const late = end - predictedMs;
  if (Math.abs(late) < predictedMs * WORTH_SAYING) return said;
  if (stage === 'running') return `${said}, now ${runningDuration(end)}`;
  return late > 0 ? `${said}, ${runningDuration(late)} late` : `${said}, ${runningDuration(-late)} early`;
}
