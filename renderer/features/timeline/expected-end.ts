import { useEffect, useState } from 'react';
import { measuredCalls } from '../../../shared/control/virtual/crew-limits.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { ASSIGNMENT, type Estimate } from '../../../shared/run/events.ts';
import { estimatesOfRun, forecastCrew } from '../../../shared/run/expansion/forecast.ts';
import { ofTaskOrFile } from '../../../shared/run/expansion/task-names.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { TaskState } from '../../../shared/run/task-state.ts';
import { runningDuration } from '../../base/format.ts';
import { runNow } from '../../state/run.ts';
import { useWindowState } from '../../state/window-state.ts';
import type { TimelineSource } from './source.ts';
import { simulations } from './what-if.ts';

/**
 * The interval between simulations of the remaining time, in ms. It is longer for large crews, which change less in
 * that time.
 */
const MIN_INTERVAL_MS = 1000;
const INTERVAL_MS_PER_TASK = 0.5;
/** A smaller deviation, in ms, is not shown. */
const MIN_DEVIATION = 0.02;

const ask = simulations();

/**
 * The remaining milliseconds of each task that has not ended, by name: its estimate less the time of its current
 * attempt. Null if an estimate is unknown. `names`: the tasks, with those that are expected but do not exist yet.
 */
export function timeLeft(
  state: RunState,
  estimates: Readonly<Record<string, Estimate>>,
  now: number,
  names: Iterable<string> = state.tasks.keys(),
): Record<string, number> | null {
  const left: Record<string, number> = {};
  for (const name of names) {
    const task = state.tasks.get(name);
    if (task && task.endedAt !== null) continue;
    const ms = ofTaskOrFile(estimates, name)?.ms ?? null;
    if (ms === null) return null;
    left[name] = Math.max(0, Math.round(ms - (task ? spentOn(task, now) : 0)));
  }
  return left;
}

/** The time of the latest attempt, without failed turns, which are repeated. */
function spentOn({ turns }: TaskState, now: number): number {
  const attempt = turns.at(-1)?.attempt;
  return turns
    .filter((turn) => turn.attempt === attempt && (turn.result === null || turn.result === 'ok'))
    .reduce((sum, { start, end }) => sum + (end ?? now) - start, 0);
}

function endedIn({ tasks }: RunState): ReadonlySet<string> {
  return new Set([...tasks.values()].flatMap(({ name, endedAt }) => (endedAt === null ? [] : [name])));
}

/** Returns the tasks that have turns: those of the crew without the ones that expand, and the assignment. */
function turnsOf(crew: Crew, { tasks }: RunState): string[] {
  const names = crew.tasks.flatMap(({ name, for_each }) => (for_each ? [] : [name]));
  return tasks.has(ASSIGNMENT) ? [...names, ASSIGNMENT] : names;
}

/** In run time; `unknown`: the simulation failed. */
type ExpectedEnd = number | 'unknown';

/** The expected end of a run in progress, from its remaining work; null if unknown. */
export function useExpectedEnd({ state, live }: TimelineSource): ExpectedEnd | null {
  const win = useWindowState();
  const [expected, setExpected] = useState<ExpectedEnd | null>(null);
  useEffect(() => {
    setExpected(null);
    if (!live) return;
    let end = () => {};
    const refresh = () => {
      const now = runNow(win);
      // The estimates are in the first event. The state is changed in place.
      const estimates = state.started ? estimatesOfRun(state.started) : {};
      const crew = forecastCrew(state.crew, estimates, endedIn(state));
      const durations = state.started && crew ? timeLeft(state, estimates, now, turnsOf(crew, state)) : null;
      const slots = state.slotCounts.at(-1)?.slots;
      if (!crew || !durations || !slots) return;
      end();
      const question = { crew, durations, capacities: {}, calls: measuredCalls(estimates) };
      end = ask({ ...question, scheduleSlots: null, curve: [slots] }, (answer) => {
        if (answer.kind === 'point') setExpected(now + answer.makespanMs);
        else if (answer.kind === 'failed') setExpected('unknown');
      });
    };
    refresh();
    const timer = setInterval(refresh, Math.max(MIN_INTERVAL_MS, state.tasks.size * INTERVAL_MS_PER_TASK));
    return () => {
      clearInterval(timer);
      end();
    };
  }, [state, live, win]);
  return expected;
}

/** `stopped`: the run ended before it was complete. */
export type Stage = 'running' | 'completed' | 'stopped';

/** `13.5 s`; if the expected end differs, `13.5 s, now 24.9 s`; after completion, `13.5 s, 11.4 s late`. */
export function predictedEndText(
  predictedMs: number,
  expected: ExpectedEnd | null,
  elapsedMs: number,
  stage: Stage,
): string {
  const predicted = runningDuration(predictedMs);
  if (stage === 'stopped') return predicted;
  if (stage === 'running' && expected === 'unknown') return `${predicted}, now unknown`;
  const isOver = stage === 'completed' || expected === 'unknown';
  const end = isOver ? elapsedMs : Math.max(expected ?? predictedMs, elapsedMs);
  const late = end - predictedMs;
  if (Math.abs(late) < predictedMs * MIN_DEVIATION) return predicted;
  if (stage === 'running') return `${predicted}, now ${runningDuration(end)}`;
  return late > 0 ? `${predicted}, ${runningDuration(late)} late` : `${predicted}, ${runningDuration(-late)} early`;
}
