import type { Crew } from '../../crew/schema.ts';
import type { RunState } from '../../run/state.ts';
import { fold } from '../../run/testing/journal.ts';
import { randomRun } from '../../run/testing/random-run.ts';
import { type Figures, figuresOf } from '../figures.ts';
import { PlainRun } from './plain-run.ts';

const SEEDS = Array.from({ length: 80 }, (_, seed) => seed + 1);

/** A random run, with its events and its reported figures. */
export interface Run {
  crew: Crew;
  state: RunState;
  plain: PlainRun;
  figures: Figures;
}
const runs = new Map<number, Run>();

/** Checks all of many random runs, and adds the seed to a failure. */
export function everyRun(check: (run: Run) => void): void {
  for (const seed of SEEDS) {
    try {
      check(runOf(seed));
    } catch (error) {
      throw new Error(`randomRun(${seed}): ${error instanceof Error ? error.message : ''}`, { cause: error });
    }
  }
}

function runOf(seed: number): Run {
  const known = runs.get(seed);
  if (known) return known;
  const { crew, events } = randomRun(seed);
  const state = fold(crew, events);
  const run = { crew, state, plain: new PlainRun(crew, events), figures: figuresOf(state) };
  runs.set(seed, run);
  return run;
}

export const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
export const count = <Item>(items: readonly Item[], holds: (item: Item) => boolean) => items.filter(holds).length;

export function makespanOf(plain: PlainRun): number {
  return count(plain.milliseconds(), (t) => !plain.isOut(t));
}
