import type { RunState } from './state.ts';

/** A change of the number of running turns, at run time `t` in whole milliseconds. */
export interface ConcurrencyStep {
  t: number;
  running: number;
}

export interface Concurrency {
  peak: number;
  /** Time-weighted, over the makespan. */
  mean: number;
  /** Milliseconds at each level from 0 to the peak. */
  levels: number[];
}

/**
 * Returns the number of running turns over time: the first step at 0, and one for each change up to `now`. A turn that
 * ends as another starts makes no step.
 */
export function concurrencySteps(state: RunState, now: number): ConcurrencyStep[] {
  const changes = state.turns.flatMap(({ start, end }) => [
    { t: start, by: 1 },
    { t: Math.min(end ?? now, Math.max(now, start)), by: -1 },
  ]);
  changes.sort((a, b) => a.t - b.t);
  const steps: ConcurrencyStep[] = [{ t: 0, running: 0 }];
  let running = 0;
  for (const [at, change] of changes.entries()) {
    running += change.by;
    if (changes[at + 1]?.t === change.t) continue;
    const last = steps.at(-1);
    if (last?.running === running) continue;
    if (last?.t === change.t) last.running = running;
    else steps.push({ t: change.t, running });
  }
  return steps;
}

/**
 * Returns peak, mean and time at each level from 0 to `until`. `idleOut` milliseconds at level 0 (paused) do not count.
 */
export function concurrencyOf(steps: readonly ConcurrencyStep[], until: number, idleOut = 0): Concurrency {
  const levels: number[] = [0];
  for (const [at, { t, running }] of steps.entries()) {
    const length = Math.min(steps[at + 1]?.t ?? until, until) - Math.min(t, until);
    while (levels.length <= running) levels.push(0);
    levels[running] = (levels[running] ?? 0) + Math.max(0, length);
  }
  levels[0] = Math.max(0, (levels[0] ?? 0) - idleOut);
  const total = levels.reduce((sum, ms) => sum + ms, 0);
  const weighted = levels.reduce((sum, ms, level) => sum + ms * level, 0);
  return { peak: levels.length - 1, mean: total === 0 ? 0 : weighted / total, levels };
}
