import type { Estimate } from '../run/events.ts';
import type { RunState } from '../run/state.ts';
import type { TaskFigures } from './task-figures.ts';
import type { TimeFigures } from './time.ts';
import type { WhatIf } from './what-if.ts';

export interface PredictionFigures {
  /** The predicted makespan; null if an estimate is unknown. */
  makespanMs: number | null;
  actualMs: number;
  /** Actual minus predicted makespan; null without a prediction. */
  differenceMs: number | null;
  /** The causes of the difference, which add up to it. Empty without a prediction or if the run did not finish. */
  reasons: { what: 'lengths' | 'failures' | 'start_up' | 'slots' | 'overheads'; ms: number }[];
  /** The first dispatch; the slots were starting until then. Null if nothing started. */
  firstDispatchMs: number | null;
  tasks: TaskPrediction[];
}

export interface TaskPrediction {
  task: string;
  estimateFrom: Estimate['from'];
  estimateMs: number | null;
  busyMs: number;
  predictedEndMs: number | null;
  endedMs: number | null;
}

/** Compares the prediction at the start with the run. */
export function predictionFigures(
  state: RunState,
  tasks: readonly TaskFigures[],
  time: TimeFigures,
  whatIf: WhatIf | null,
): PredictionFigures {
  const predicted = state.started?.prediction ?? { makespan_ms: null, tasks: {} };
  const { makespan_ms } = predicted;
  const ended = state.outcome === 'completed' || state.outcome === 'completed_degraded';
  return {
    makespanMs: makespan_ms,
    actualMs: time.makespanMs,
    differenceMs: makespan_ms === null ? null : time.makespanMs - makespan_ms,
    reasons: makespan_ms === null || !ended || !whatIf ? [] : reasonsOf(state, makespan_ms, time.makespanMs, whatIf),
    firstDispatchMs: state.turns[0]?.start ?? null,
    tasks: tasks.map(({ name, busyMs, endedMs }) => {
      const estimate = state.started?.estimates[name];
      return {
        task: name,
        estimateFrom: estimate?.from ?? 'unknown',
        estimateMs: estimate?.ms ?? null,
        busyMs,
        predictedEndMs: predicted.tasks[name]?.end_ms ?? null,
        endedMs,
      };
    }),
  };
}

/**
 * Changes the prediction into the actual run in steps: measured lengths, then failures and forced waits, then slot
 * start-up, then changes of the number of slots, then the rest that no replay explains.
 */
function reasonsOf(
  state: RunState,
  predictedMs: number,
  actualMs: number,
  whatIf: WhatIf,
): PredictionFigures['reasons'] {
  const count = state.started?.settings.slots ?? 1;
  const { lengths, failures, startUp, slots } = whatIf.stepsFrom(count, []);
  return [
    { what: 'lengths', ms: lengths - predictedMs },
    { what: 'failures', ms: failures - lengths },
    ...(startUp === failures ? [] : [{ what: 'start_up' as const, ms: startUp - failures }]),
    ...(state.slotCounts.length > 1 ? [{ what: 'slots' as const, ms: slots - startUp }] : []),
    { what: 'overheads', ms: actualMs - (state.slotCounts.length > 1 ? slots : startUp) },
  ];
}
