import { predictedCriticalPath } from '../control/virtual/predict.ts';
import { replay } from '../control/virtual/replay.ts';
import type { ReplayPlan } from '../control/virtual/replay-types.ts';
import { SEQUENTIAL_LANE, type Simulation } from '../control/virtual/simulation.ts';
import type { Crew } from '../crew/schema.ts';
import type { RunState } from '../run/state.ts';
import { median } from '../scheduler/estimates.ts';
import type { SlotStep } from '../scheduler/lower-bound.ts';
import { isFailed } from './failed-turns.ts';
import {
  answersAlone,
  withCapacity,
  withHalf,
  withModelInHalf,
  withOneMoreSlot,
  withoutFailures,
  withoutLimits,
  withoutStartUp,
  withReadiness,
  withSlots,
  withToolInHalf,
} from './replay-changes.ts';
import { type CutTime, cutTime, planOf } from './replay-plan.ts';
import type { TaskFigures } from './task-figures.ts';
import type { TimeFigures } from './time.ts';

/** The saving from removing one limit, found by replaying the measured run without it. */
export interface Bottleneck {
  kind: 'starting' | 'slots' | 'lane' | 'pool' | 'retries' | 'rate_limit' | 'task' | 'tool' | 'model';
  /** The name of the pool, task, tool or model; null for the others. */
  subject: string | null;
  /** The makespan of the replay without the limit. */
  makespanMs: number;
  /** The time saved: `baseMs` minus the makespan of the replay without the limit. */
  savesMs: number;
}

export interface Bottlenecks {
  /** The run's makespan, to which savings refer. */
  makespanMs: number;
  /** The makespan of the replay of the run as it was. */
  baseMs: number;
  /**
   * Whether `baseMs` is within 5 % of `makespanMs`. Otherwise nothing is ranked, because the replay does not match
   * the run.
   */
  isComparable: boolean;
  tried: number;
  /** The bottlenecks with a visible saving, the largest first. */
  ranked: Bottleneck[];
  /** Whether the longest path takes at least 95 % of the makespan, so that only other dependencies would make it shorter. */
  isLimitedByDependencies: boolean;
}

export interface Scaling {
  /** The makespan of the replay at 1, 2, 4, … slots, and at the run's and the recommended number. */
  points: { slots: number; makespanMs: number }[];
  /** The smallest number of slots of `points` whose doubling saves under 10 %. */
  knee: number;
  /**
   * The smallest number of slots with which the run takes at most 1 % longer than with the run's own slots or with
   * `knee`.
   */
  recommended: number;
  /** The slots that the run had for most of its time, and the makespan of its replay with them throughout. */
  own: { slots: number; makespanMs: number };
}

const TASKS_TRIED = 20;
/** The number of tools, and of models, that are tried. */
const CALLED_TRIED = 5;
/** A smaller share of the makespan is written as 0.0%. */
const LEAST_SHOWN = 0.0005;
const MOST_SLOTS = 64;
/** Doubling the slots must reduce the makespan below this share of its value. */
const WORTH_DOUBLING = 0.9;
/** A makespan that is longer by at most this share counts as the same. */
const SAME_MAKESPAN = 0.01;
const COMPARABLE = 0.05;
const DEPENDENCIES_ALONE = 0.95;

/** Replays of a run: as it was, and with one thing changed. */
export class WhatIf {
  readonly #crew: Crew;
  readonly #state: RunState;
  readonly #tasks: readonly TaskFigures[];
  readonly #time: TimeFigures;
  readonly #plan: ReplayPlan;
  readonly #base: Simulation;
  /** The start-up time of a slot of this run, in ms. */
  readonly #startMs: number;

  constructor(crew: Crew, state: RunState, tasks: readonly TaskFigures[], time: TimeFigures) {
    const cut = cutTime(time.paused);
    this.#crew = crew;
    this.#state = state;
    this.#tasks = tasks.filter((task) => task.attempts > 0);
    this.#time = time;
    this.#plan = planOf(crew, state, tasks, cut);
    this.#base = replay(crew, this.#plan);
    this.#startMs = startMsOf(state, cut);
  }

  /** Replays the run without each limit, one at a time. Returns what each limit cost. */
  bottlenecks(): Bottlenecks {
    const { makespanMs, lowerBound } = this.#time;
    const baseMs = this.#base.makespan_ms;
    const isComparable = Math.abs(baseMs - makespanMs) <= makespanMs * COMPARABLE;
    const tried = isComparable ? this.#tried() : [];
    const ranked = tried
      .map((found) => ({ ...found, savesMs: baseMs - found.makespanMs }))
      .filter((found) => found.savesMs > baseMs * LEAST_SHOWN)
      .sort((a, b) => b.savesMs - a.savesMs);
    const isLimitedByDependencies = makespanMs > 0 && lowerBound.path_ms >= makespanMs * DEPENDENCIES_ALONE;
    return { makespanMs, baseMs, isComparable, tried: tried.length, ranked, isLimitedByDependencies };
  }

  /** Returns the makespan at 1, 2, 4, … slots, at the run's own number and at the recommended one. */
  scaling(): Scaling {
    const known = new Map<number, number>();
    const at = (slots: number): number => {
      const makespanMs = known.get(slots) ?? this.#makespanOf(withSlots(this.#plan, slots, this.#startMs));
      known.set(slots, makespanMs);
      return makespanMs;
    };
    const own = mainSlots(this.#state, this.#time);
    at(own);
    let knee = 1;
    while (knee < MOST_SLOTS && at(knee * 2) < at(knee) * WORTH_DOUBLING) knee *= 2;
    at(Math.min(knee * 2, MOST_SLOTS));
    let recommended = Math.max(own, knee);
    const longest = Math.min(at(own), at(recommended)) * (1 + SAME_MAKESPAN);
    while (recommended > 1 && at(recommended - 1) <= longest) recommended -= 1;
    const isShown = (slots: number) => slots === own || slots === recommended || (slots & (slots - 1)) === 0;
    const points = [...known]
      .filter(([slots]) => isShown(slots))
      .map(([slots, makespanMs]) => ({ slots, makespanMs }))
      .sort((a, b) => a.slots - b.slots);
    return { points, knee, recommended, own: { slots: own, makespanMs: at(own) } };
  }

  /**
   * Returns the steps from the prediction's assumptions to the measured run, each with the makespan of its replay:
   * first the initial slots, ready as predicted, with the turns that answered; then all turns and forced waits; then
   * the measured start-up; then the changes of the number of slots.
   */
  stepsFrom(
    slots: number,
    readyMs: readonly number[],
  ): { lengths: number; failures: number; startUp: number; slots: number } {
    const constant = withSlots(this.#plan, slots, this.#startMs);
    return {
      lengths: this.#makespanOf(withReadiness(answersAlone(constant), readyMs)),
      failures: this.#makespanOf(withReadiness(constant, readyMs)),
      startUp: this.#makespanOf(constant),
      slots: this.#base.makespan_ms,
    };
  }

  #tried(): Tried[] {
    return [
      this.#try('starting', withoutStartUp(this.#plan)),
      this.#try('slots', withOneMoreSlot(this.#plan, this.#startMs)),
      ...this.#pools(),
      ...this.#withoutFailures(),
      ...this.#shorterTasks(),
      ...this.#shorterCalls(),
    ];
  }

  #pools(): Tried[] {
    const found: Tried[] = [];
    if (this.#tasks.filter((task) => !task.async).length > 1)
      found.push(this.#try('lane', { ...this.#plan, capacities: { [SEQUENTIAL_LANE]: 2 } }));
    for (const { name, capacity } of this.#state.resources.values())
      found.push(this.#try('pool', withCapacity(this.#plan, name, capacity + 1), name));
    return found;
  }

  #withoutFailures(): Tried[] {
    const turns = this.#state.turns;
    const failed = turns.some((turn) => isFailed(turn) && turn.retryAt !== null && !turn.rateLimited);
    const limited =
      this.#state.held.length > 0 ||
      turns.some((turn) => turn.rateLimited || turn.calls.some((call) => call.waitedMs > 0));
    return [
      ...(failed ? [this.#try('retries', withoutFailures(this.#plan))] : []),
      ...(limited ? [this.#try('rate_limit', withoutLimits(this.#plan))] : []),
    ];
  }

  /**
   * Tries shorter tasks: those of the measured critical path, with most time on it first, then those of the replay's
   * path.
   */
  #shorterTasks(): Tried[] {
    const measured = this.#tasks.filter((task) => task.criticalMs > 0).sort((a, b) => b.criticalMs - a.criticalMs);
    const replayed = new Set(predictedCriticalPath(this.#crew, this.#base.tasks));
    const further = this.#tasks
      .filter((task) => task.criticalMs === 0 && replayed.has(task.name))
      .sort((a, b) => b.busyMs - a.busyMs);
    return [...measured, ...further]
      .slice(0, TASKS_TRIED)
      .map(({ name }) => this.#try('task', withHalf(this.#plan, name), name));
  }

  /** Tries faster tools and models: those with most time in calls. */
  #shorterCalls(): Tried[] {
    const turns = [...this.#plan.tasks.values()].flatMap((task) => [...task.turns.values()].flat());
    const tools = longest(turns.map(({ toolMs }) => toolMs));
    const models = longest(turns.map(({ modelMs }) => modelMs));
    return [
      ...tools.map((tool) => this.#try('tool', withToolInHalf(this.#plan, tool), tool)),
      ...models.map((model) => this.#try('model', withModelInHalf(this.#plan, model), model)),
    ];
  }

  #try(kind: Bottleneck['kind'], plan: ReplayPlan, subject: string | null = null): Tried {
    return { kind, subject, makespanMs: this.#makespanOf(plan) };
  }

  #makespanOf(plan: ReplayPlan): number {
    return replay(this.#crew, plan).makespan_ms;
  }
}

type Tried = Omit<Bottleneck, 'savesMs'>;

/** Returns the names with most time in all turns together. */
function longest(times: readonly ReadonlyMap<string, number>[]): string[] {
  const sums = new Map<string, number>();
  for (const byName of times) for (const [name, ms] of byName) sums.set(name, (sums.get(name) ?? 0) + ms);
  return [...sums]
    .filter(([, ms]) => ms > 0)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, CALLED_TRIED)
    .map(([name]) => name);
}

/** Returns the number of slots that the run had for most of its makespan; of two equal ones, the smaller. */
export function mainSlots(state: RunState, { endMs, paused }: Pick<TimeFigures, 'endMs' | 'paused'>): number {
  const cut = cutTime(paused);
  const lengths = new Map<number, number>();
  const steps: SlotStep[] = state.slotCounts;
  for (const [at, { t, slots }] of steps.entries()) {
    const start = at === 0 ? 0 : t;
    const end = Math.min(steps[at + 1]?.t ?? endMs, endMs);
    lengths.set(slots, (lengths.get(slots) ?? 0) + Math.max(0, cut(end) - cut(Math.min(start, end))));
  }
  const [first] = [...lengths].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return first?.[0] ?? state.started?.settings.slots ?? 1;
}

function startMsOf(state: RunState, cut: CutTime): number {
  const starts = [...state.slots.values()].flatMap(({ starts: own, ready }) =>
    own.flatMap(({ start, end }) =>
      end !== null && ready.some((one) => one.start === end) ? [cut(end) - cut(start)] : [],
    ),
  );
  return median(starts) ?? 0;
}
