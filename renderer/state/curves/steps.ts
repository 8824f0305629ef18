import { lastAtMost } from '../../../shared/run/intervals.ts';

/** A value that applies from a time on. */
export interface Step {
  t: number;
  value: number;
}

/** A change of the value by an amount at `start`, reverted at `end`; an `end` of null has not happened. */
export interface Addend {
  start: number;
  end: number | null;
  amount: number;
}

/** The sum of the changes over time, starting at 0, with a step at each change. */
export function sumOf(addends: readonly Addend[]): Step[] {
  const changes: Step[] = [];
  for (const { start, end, amount } of addends) {
    changes.push({ t: start, value: amount });
    if (end !== null) changes.push({ t: end, value: -amount });
  }
  changes.sort((a, b) => a.t - b.t);
  const steps: Step[] = [{ t: 0, value: 0 }];
  let value = 0;
  for (const [at, change] of changes.entries()) {
    value += change.value;
    if (changes[at + 1]?.t === change.t) continue;
    const last = steps.at(-1);
    if (last?.value === value) continue;
    if (last?.t === change.t) last.value = value;
    else steps.push({ t: change.t, value });
  }
  return steps;
}

/** The value of the steps at a time; null before the first step. */
export function valueAt(steps: readonly Step[], t: number): number | null {
  return steps[lastAtMost(steps, t, (step) => step.t)]?.value ?? null;
}

/** The maximum of the steps; 0 without steps. */
export function peakOf(steps: readonly Step[]): number {
  return steps.reduce((peak, { value }) => Math.max(peak, value), 0);
}
