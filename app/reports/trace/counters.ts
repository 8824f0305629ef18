import type { Crew } from '../../../shared/crew/schema.ts';
import type { MeasuredFigures } from '../../../shared/figures/figures.ts';
import { sharedCapacities } from '../../../shared/run/allocations.ts';
import { concurrencySteps } from '../../../shared/run/concurrency.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { WaitReason } from '../../../shared/run/wait-reason.ts';
import { GROUPS, micro, type TraceEvent } from './event.ts';

/** A task with one of these wait reasons could not start even if all slots and units were free. */
const NOT_READY: ReadonlySet<WaitReason> = new Set(['paused', 'assignment', 'context', 'person', 'cache', 'retry']);

interface Amount {
  start: number;
  end: number;
  units: number;
}

/** Returns curves over the run: running turns, ready tasks, and units in use of each pool. */
export function counterEvents(crew: Crew, state: RunState, { tasks }: MeasuredFigures): TraceEvent[] {
  const running = concurrencySteps(state, state.t).map(({ t, running: value }) => ({ t, value }));
  const ready = tasks.flatMap(({ segments }) =>
    segments.flatMap((piece) => {
      const isReady = piece.kind === 'waiting' && !NOT_READY.has(piece.reason);
      return isReady ? [{ start: piece.start, end: piece.end, units: 1 }] : [];
    }),
  );
  const { pools } = sharedCapacities(crew, state, state.t);
  return [
    ...counter('Running turns', 'running', running),
    ...counter('Ready tasks', 'ready', stepsOf(ready)),
    ...[...pools].flatMap(([pool, { allocations: holds }]) =>
      counter(`Units of ${pool} in use`, 'units', stepsOf(holds)),
    ),
  ];
}

/** Returns the events of one curve, one value for each step. `pid`: the group of tracks that shows it. */
export function counter(
  name: string,
  unit: string,
  steps: readonly { t: number; value: number }[],
  pid: number = GROUPS.slots,
): TraceEvent[] {
  return steps.map(({ t, value }) => ({ name, ph: 'C', pid, ts: micro(t), args: { [unit]: value } }));
}

/** Returns the sum of amounts over time: a step at 0 and at each change. */
function stepsOf(amounts: readonly Amount[]): { t: number; value: number }[] {
  const changes = new Map<number, number>([[0, 0]]);
  for (const { start, end, units } of amounts) {
    changes.set(start, (changes.get(start) ?? 0) + units);
    changes.set(end, (changes.get(end) ?? 0) - units);
  }
  let value = 0;
  return [...changes]
    .sort(([a], [b]) => a - b)
    .filter(([t, by]) => t === 0 || by !== 0)
    .map(([t, by]) => {
      value += by;
      return { t, value };
    });
}
