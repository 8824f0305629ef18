import type { Project } from '../../shared/project/schema.ts';
import { concurrencySteps } from '../../shared/run/concurrency.ts';
import { heldBy, unitsOf } from '../../shared/run/holds.ts';
import type { RunState } from '../../shared/run/state.ts';

/** A value from a time on. */
export interface Step {
  t: number;
  value: number;
}

export type CurveKind = 'running' | 'pool' | 'tokens' | 'cpu' | 'memory';

export interface Curve {
  kind: CurveKind;
  label: string;
  /** In the order of time; the last value holds until now. */
  steps: Step[];
  /** The value that fills the height; a limit is drawn there where there is one. */
  full: number;
  limit: boolean;
  note: string;
}

/** How many stretches a run's time is cut into for rates, at the most. */
const BINS = 240;
const LEAST_BIN = 100;
const MIB = 1024 * 1024;

/** What runs beneath the lanes: running turns, each pool's use, tokens a second, CPU and memory of the slots. */
export function curvesOf(project: Project, state: RunState, now: number): Curve[] {
  return [runningCurve(state, now), ...poolCurves(project, state, now), tokenCurve(state, now), ...sampleCurves(state)];
}

function runningCurve(state: RunState, now: number): Curve {
  // What still runs ends at `now` only for the count.
  const known = concurrencySteps(state, now).filter(({ t }) => t < now || state.running.size === 0);
  const steps = known.map(({ t, running }) => ({ t, value: running }));
  const slots = state.slotCounts.at(-1)?.slots ?? 1;
  return { kind: 'running', label: 'running', steps, full: slots, limit: true, note: `limit ${slots}` };
}

function poolCurves(project: Project, state: RunState, now: number): Curve[] {
  return [...state.resources.values()]
    .map(({ name, capacity, declared }): Curve & { declared: boolean } => ({
      kind: 'pool',
      label: name,
      steps: poolSteps(project, state, name, now),
      full: capacity,
      limit: true,
      note: capacity === 1 ? '1 unit' : `${capacity} units`,
      declared,
    }))
    .filter((curve) => curve.declared || curve.steps.length > 1);
}

/** Units of a resource in use over time, by what tasks declare and by the leases that tools took. */
export function poolSteps(project: Project, state: RunState, name: string, now: number): Step[] {
  const declared = project.tasks.flatMap((task) => {
    const units = unitsOf(task.resources, name);
    const found = units > 0 ? state.tasks.get(task.name) : undefined;
    return found ? heldBy(project, found, now).map((held) => ({ ...held, units })) : [];
  });
  const leases = (state.resources.get(name)?.leases ?? []).flatMap(({ acquiredAt, releasedAt }) =>
    acquiredAt === null ? [] : [{ start: acquiredAt, end: releasedAt ?? now, units: 1 }],
  );
  const changes = [...declared, ...leases].flatMap(({ start, end, units }) => [
    { t: start, by: units },
    { t: end, by: end < now ? -units : 0 },
  ]);
  return accumulate(changes);
}

function accumulate(changes: { t: number; by: number }[]): Step[] {
  changes.sort((a, b) => a.t - b.t);
  const steps: Step[] = [{ t: 0, value: 0 }];
  let value = 0;
  for (const [at, { t, by }] of changes.entries()) {
    value += by;
    if (changes[at + 1]?.t !== t && steps.at(-1)?.value !== value) steps.push({ t, value });
  }
  return steps;
}

/** Tokens written a second: each call's tokens spread over the time in which they came. */
function tokenCurve(state: RunState, now: number): Curve {
  const bin = Math.max(LEAST_BIN, Math.ceil(now / BINS));
  const tokens = new Float64Array(Math.max(1, Math.ceil((now + 1) / bin)));
  for (const turn of state.turns) {
    for (const call of turn.calls) spread(tokens, bin, call.start + (call.firstTokenMs ?? 0), call.end ?? now, call);
  }
  const steps: Step[] = [];
  let peak = 0;
  for (const [at, count] of tokens.entries()) {
    const value = (count * 1000) / bin;
    peak = Math.max(peak, value);
    if (steps.at(-1)?.value !== value) steps.push({ t: at * bin, value });
  }
  return { kind: 'tokens', label: 'tokens/s', steps, full: peak || 1, limit: false, note: `peak ${Math.round(peak)}` };
}

function spread(
  bins: Float64Array,
  width: number,
  start: number,
  end: number,
  { completionTokens }: { completionTokens: number },
): void {
  const length = Math.max(1, end - start);
  const first = Math.floor(start / width);
  const last = Math.min(bins.length - 1, Math.floor((start + length) / width));
  for (let at = first; at <= last; at += 1) {
    const inside = Math.min((at + 1) * width, start + length) - Math.max(at * width, start);
    bins[at] = (bins[at] ?? 0) + (completionTokens * Math.max(0, inside)) / length;
  }
}

function sampleCurves({ samples }: RunState): Curve[] {
  if (samples.length < 2) return [];
  const cpu = samples.map(({ t, slots }) => ({ t, value: slots.reduce((sum, slot) => sum + slot.cpu_percent, 0) }));
  const memory = samples.map(({ t, slots }) => ({ t, value: slots.reduce((sum, slot) => sum + slot.memory_bytes, 0) }));
  const most = (steps: readonly Step[]): number => steps.reduce((peak, { value }) => Math.max(peak, value), 0);
  const cpuPeak = most(cpu);
  const memoryPeak = most(memory);
  return [
    { kind: 'cpu', label: 'CPU', steps: cpu, full: cpuPeak || 1, limit: false, note: `peak ${Math.round(cpuPeak)} %` },
    {
      kind: 'memory',
      label: 'memory',
      steps: memory,
      full: memoryPeak || 1,
      limit: false,
      note: `peak ${Math.round(memoryPeak / MIB)} MiB`,
    },
  ];
}
