import type { Crew } from '../../../shared/crew/schema.ts';
import { allocationIntervals, unitsOf } from '../../../shared/run/allocations.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { WaitReason } from '../../../shared/run/wait-reason.ts';
import type { TaskSegment } from '../../../shared/run/waits.ts';
import { limitCurves, tokenCurve } from './call-curves.ts';
import type { Curve } from './curve.ts';
import { type Addend, peakOf, type Step, sumOf } from './steps.ts';

export interface CurvesInput {
  crew: Crew;
  state: RunState;
  now: number;
  /** From `segmentsOf`. */
  segments: ReadonlyMap<string, readonly TaskSegment[]>;
}

const MIB = 1024 * 1024;
/** Wait reasons of tasks that are ready to run otherwise. */
const READY: ReadonlySet<WaitReason> = new Set(['lane', 'resource', 'starting', 'slot']);
/** The maximum height of the line of ready tasks, as a multiple of the slots. */
const READY_SHARE = 2;

/**
 * The curves below the lanes, as far as they have values: running turns and ready tasks against the slots, model calls
 * against their limits, use of each pool, tokens per second, CPU and memory of the slots.
 */
export function curvesOf(input: CurvesInput): Curve[] {
  const { crew, state, now } = input;
  const calls = state.turns.flatMap((turn) => turn.calls);
  return [
    runningCurve(input),
    ...limitCurves(crew, state, calls, now),
    ...poolCurves(crew, state, now),
    tokenCurve(calls, now),
    ...sampleCurves(state),
  ];
}

function runningCurve({ state, segments, now }: CurvesInput): Curve {
  const steps = sumOf(state.turns.map(({ start, end }) => ({ start, end, amount: 1 })));
  const ready = sumOf(readyAddends(segments, now));
  const limit = state.slotCounts.map(({ t, slots }) => ({ t, value: slots }));
  const slots = limit.at(-1)?.value ?? 1;
  const most = peakOf(ready);
  const capacity = Math.max(peakOf(limit), peakOf(steps));
  return {
    kind: 'running',
    label: 'running',
    value: 'Running turns',
    steps,
    limit,
    secondary: most > 0 ? { label: 'Ready tasks', steps: ready } : null,
    cooldowns: [],
    max: Math.max(capacity, Math.min(most, READY_SHARE * capacity)),
    note: most > 0 ? `ready up to ${most} · ${slots} slots` : `${slots} slots`,
  };
}

function readyAddends(segments: CurvesInput['segments'], now: number): Addend[] {
  const found: Addend[] = [];
  for (const pieces of segments.values()) {
    for (const piece of pieces) {
      if (piece.kind !== 'waiting' || !READY.has(piece.reason)) continue;
      found.push({ start: piece.start, end: piece.end < now ? piece.end : null, amount: 1 });
    }
  }
  return found;
}

function poolCurves(crew: Crew, state: RunState, now: number): Curve[] {
  return [...state.resources.values()].flatMap(({ name, capacity, declared }): Curve[] => {
    const steps = poolSteps(crew, state, name, now);
    if (!declared && steps.length === 1) return [];
    return [
      {
        kind: 'pool',
        label: name,
        value: 'Units in use',
        steps,
        limit: [{ t: 0, value: capacity }],
        secondary: null,
        cooldowns: [],
        max: capacity,
        note: capacity === 1 ? '1 unit' : `${capacity} units`,
      },
    ];
  });
}

/** Units of a pool in use over time, from declared demand and from leases. */
export function poolSteps(crew: Crew, state: RunState, name: string, now: number): Step[] {
  const declared = crew.tasks.flatMap((task) => {
    const units = unitsOf(task.resources, name);
    const found = units > 0 ? state.tasks.get(task.name) : undefined;
    return found ? allocationIntervals(state, found, now).map((held) => ({ ...held, units })) : [];
  });
  const leases = (state.resources.get(name)?.leases ?? []).flatMap(({ acquiredAt, releasedAt }) =>
    acquiredAt === null ? [] : [{ start: acquiredAt, end: releasedAt ?? now, units: 1 }],
  );
  return sumOf(
    [...declared, ...leases].map(({ start, end, units }) => ({ start, end: end < now ? end : null, amount: units })),
  );
}

function sampleCurves({ samples }: RunState): Curve[] {
  if (samples.length < 2) return [];
  const sum = (of: (slot: RunState['samples'][number]['slots'][number]) => number): Step[] =>
    samples.map(({ t, slots }) => ({ t, value: slots.reduce((all, slot) => all + of(slot), 0) }));
  const cpu = sum((slot) => slot.cpu_percent);
  const memory = sum((slot) => slot.memory_bytes / MIB);
  const plain = { limit: [], secondary: null, cooldowns: [] };
  const [cpuPeak, memoryPeak] = [Math.round(peakOf(cpu)), Math.round(peakOf(memory))];
  return [
    {
      ...plain,
      kind: 'cpu',
      label: 'CPU',
      value: 'CPU, % of a core',
      steps: cpu,
      max: cpuPeak || 1,
      note: `peak ${cpuPeak}%`,
    },
    {
      ...plain,
      kind: 'memory',
      label: 'memory',
      value: 'Memory of all slots, MiB',
      steps: memory,
      max: memoryPeak || 1,
      note: `peak ${memoryPeak} MiB`,
    },
  ];
}
