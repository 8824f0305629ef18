import type { Crew } from '../../../shared/crew/schema.ts';
import type { MeasuredFigures } from '../../../shared/figures/figures.ts';
import { titlesOf } from '../../../shared/figures/labels.ts';
import type { LimitFigures } from '../../../shared/figures/limits.ts';
import { limitText } from '../../../shared/figures/slot-labels.ts';
import { printableJson } from '../../../shared/printable.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { counter, counterEvents } from './counters.ts';
import { GROUPS, groupName, micro, type TraceEvent, track, trackName } from './event.ts';
import { shownTurns, slotEvents } from './slots.ts';
import { dependencyFlows, pathEvents, taskEvents } from './tasks.ts';

/**
 * Returns `trace.json` for Perfetto and Chrome's tracing page: slots with their turns, tasks with their waits, the
 * critical path, rate limiters, arrows for dependencies, and curves. On each track, slices are disjoint or nested.
 */
export function traceFile(crew: Crew, state: RunState, figures: MeasuredFigures): string {
  const titles = titlesOf(figures);
  const turns = shownTurns(state);
  const traceEvents: TraceEvent[] = [
    ...groupName('slots', `${figures.crew}${figures.rehearsal ? ' (rehearsal)' : ''}: slots`),
    ...groupName('tasks', 'Tasks: waits and turns'),
    ...groupName('path', 'Critical path'),
    ...(figures.limits.length === 0 ? [] : groupName('limits', 'Provider limits')),
    ...slotEvents(turns, figures, titles),
    ...taskEvents(figures),
    ...dependencyFlows(figures.tasks, turns),
    ...pathEvents(figures, titles),
    ...figures.limits.flatMap(limitEvents),
    ...counterEvents(crew, state, figures),
  ];
  return `${printableJson({ displayTimeUnit: 'ms', traceEvents }, 1)}\n`;
}

/** Returns a track per origin: its cooldowns, steps, and call limit over time. */
function limitEvents({ origin, steps, cooldowns: holds, ceiling }: LimitFigures, at: number): TraceEvent[] {
  const own = track('limits', at);
  return [
    ...trackName('limits', at, `Limiter of ${origin}`),
    ...holds.map(({ start, end }): TraceEvent => {
      const times = { ts: micro(start), dur: micro(end) - micro(start) };
      return { name: 'cooldown', cat: 'limiter', ph: 'X', ...own, ...times };
    }),
    ...steps.map((step): TraceEvent => {
      const args = { before: step.before, after: step.after, reason: step.reason };
      return { name: limitText(step), cat: 'limiter', ph: 'i', s: 't', ...own, ts: micro(step.t), args };
    }),
    ...counter(`Calls allowed at ${origin}`, 'allowed', ceiling, GROUPS.limits),
  ];
}
