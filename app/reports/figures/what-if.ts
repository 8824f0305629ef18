import type { Project } from '../../../shared/project/schema.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { SEQUENTIAL_LANE, simulate } from '../../../shared/scheduler/simulate.ts';
import { waitSavedByOneMoreUnit } from './lease-replay.ts';
import { busyOf, type TaskFigures } from './task-figures.ts';

/** What removing one limit would save, found by simulating the measured run without it. */
export interface Bottleneck {
  kind: 'slots' | 'lane' | 'pool' | 'retries' | 'rate_limit' | 'task';
  /** The pool's or task's name; null for the others. */
  subject: string | null;
  makespanMs: number;
  savesMs: number;
}

export interface Bottlenecks {
  /** The simulated makespan of the run as it was: what the savings are measured against. */
  baseMs: number;
  tried: number;
  /** Those that save as much as a report can show, the most first. */
  ranked: Bottleneck[];
}

export interface Scaling {
  points: { slots: number; makespanMs: number }[];
  /** The least number of slots of `points` whose doubling saves under 10 %. */
  knee: number;
  /** The least number of slots with which the makespan is that at the knee. */
  recommended: number;
}

const TASKS_TRIED = 20;
/** A smaller share of the makespan is written as 0.0%. */
const LEAST_SHOWN = 0.0005;
const MOST_SLOTS = 64;
/** Doubling the slots has to bring the makespan below this share of what it was. */
const WORTH_DOUBLING = 0.9;

/** The run as the simulator takes it: measured busy times and forced waits of the tasks that ran. */
export class WhatIf {
  readonly #project: Project;
  readonly #state: RunState;
  readonly #tasks: readonly TaskFigures[];
  readonly #slots: number;
  readonly #agents: Record<string, string>;

  constructor(project: Project, state: RunState, tasks: readonly TaskFigures[]) {
    this.#project = project;
    this.#state = state;
    this.#tasks = tasks.filter((task) => task.attempts > 0);
    this.#slots = state.slotCounts.at(-1)?.slots ?? project.settings.max_concurrent_tasks;
    this.#agents = Object.fromEntries(
      this.#tasks.flatMap(({ name, agent }) => (agent === null ? [] : [[name, agent]])),
    );
  }

  /** What each limit cost: simulates without it, one at a time. */
  bottlenecks(): Bottlenecks {
    const baseMs = this.#simulate({});
    const tried = [this.#oneMoreSlot(), ...this.#pools(), ...this.#withoutFailures(), ...this.#shorterTasks()];
    const ranked = tried
      .map((found) => ({ ...found, savesMs: baseMs - found.makespanMs }))
      .filter((found) => found.savesMs > baseMs * LEAST_SHOWN)
      .sort((a, b) => b.savesMs - a.savesMs);
    return { baseMs, tried: tried.length, ranked };
  }

  /** The makespan at 1, 2, 4, … slots, at the run's own number and at the recommended one. */
  scaling(): Scaling {
    const known = new Map<number, number>();
    const at = (slots: number): number => {
      const makespanMs = known.get(slots) ?? this.#simulate({ slots });
      known.set(slots, makespanMs);
      return makespanMs;
    };
    at(this.#slots);
    let knee = 1;
    while (knee < MOST_SLOTS && at(knee * 2) < at(knee) * WORTH_DOUBLING) knee *= 2;
    at(Math.min(knee * 2, MOST_SLOTS));
    let recommended = knee;
    while (recommended > 1 && at(recommended - 1) <= at(knee)) recommended -= 1;
    const isShown = (slots: number) => slots === this.#slots || slots === recommended || (slots & (slots - 1)) === 0;
    const points = [...known]
      .filter(([slots]) => isShown(slots))
      .map(([slots, makespanMs]) => ({ slots, makespanMs }))
      .sort((a, b) => a.slots - b.slots);
    return { points, knee, recommended };
  }

  /** The makespan with these slots of only the turns that ended with an answer, without forced waits. */
  withoutFailuresAndWaits(slots: number): number {
    const answered = ({ name }: TaskFigures) => {
      const turns = this.#state.tasks.get(name)?.turns ?? [];
      return busyOf(
        turns.filter((turn) => turn.result === 'ok'),
        this.#state.t,
      );
    };
    return this.#simulate({ slots, duration: answered, wait: () => 0 });
  }

  /** The makespan of the measured run with these slots. */
  asMeasured(slots: number): number {
    return this.#simulate({ slots });
  }

  #oneMoreSlot(): Tried {
    return { kind: 'slots', subject: null, makespanMs: this.#simulate({ slots: this.#slots + 1 }) };
  }

  #pools(): Tried[] {
    const found: Tried[] = [];
    if (this.#tasks.filter((task) => !task.async).length > 1) {
      found.push({ kind: 'lane', subject: null, makespanMs: this.#simulate({ capacities: { [SEQUENTIAL_LANE]: 2 } }) });
    }
    for (const resource of this.#state.resources.values()) {
      const { name, capacity } = resource;
      const saved = waitSavedByOneMoreUnit(resource);
      const duration = (task: TaskFigures) => Math.max(0, task.busyMs - (saved.get(task.name) ?? 0));
      const makespanMs = this.#simulate({ capacities: { [name]: capacity + 1 }, duration });
      found.push({ kind: 'pool', subject: name, makespanMs });
    }
    return found;
  }

  #withoutFailures(): Tried[] {
    const found: Tried[] = [];
    if (this.#tasks.some((task) => waitOf(task, 'retry') > 0 || this.#failed(task) > 0)) {
      const duration = (task: TaskFigures) => task.busyMs - this.#failed(task);
      const wait = (task: TaskFigures) => waitOf(task, 'rate_limit') + waitOf(task, 'person');
      found.push({ kind: 'retries', subject: null, makespanMs: this.#simulate({ duration, wait }) });
    }
    if (this.#tasks.some((task) => waitOf(task, 'rate_limit') > 0 || this.#limited(task) > 0)) {
      const duration = (task: TaskFigures) => task.busyMs - this.#limited(task);
      const wait = (task: TaskFigures) => waitOf(task, 'retry') + waitOf(task, 'person');
      found.push({ kind: 'rate_limit', subject: null, makespanMs: this.#simulate({ duration, wait }) });
    }
    return found;
  }

  #shorterTasks(): Tried[] {
    const longest = this.#tasks
      .filter((task) => task.criticalMs > 0)
      .sort((a, b) => b.criticalMs - a.criticalMs)
      .slice(0, TASKS_TRIED);
    return longest.map(({ name }) => {
      const duration = (task: TaskFigures) => (task.name === name ? task.busyMs >> 1 : task.busyMs);
      return { kind: 'task', subject: name, makespanMs: this.#simulate({ duration }) };
    });
  }

  /** Busy time of turns that failed and were tried again, a provider's limit apart. */
  #failed({ name }: TaskFigures): number {
    const turns = this.#state.tasks.get(name)?.turns ?? [];
    return turns.reduce((sum, { start, end, retryAt, rateLimited }) => {
      return end !== null && retryAt !== null && !rateLimited ? sum + end - start : sum;
    }, 0);
  }

  /** Busy time that limits took: turns that were refused for one, and in others the waits of their calls for a permit. */
  #limited({ name }: TaskFigures): number {
    const turns = this.#state.tasks.get(name)?.turns ?? [];
    return turns.reduce((sum, { start, end, retryAt, rateLimited, calls }) => {
      if (end !== null && retryAt !== null && rateLimited) return sum + end - start;
      return calls.reduce((waited, call) => waited + call.waitedMs, sum);
    }, 0);
  }

  #simulate({ slots = this.#slots, capacities = {}, duration = busy, wait = forced }: Change): number {
    const ranks = this.#state.started?.ranks;
    return simulate(this.#project, {
      slots,
      capacities,
      durations: Object.fromEntries(this.#tasks.map((task) => [task.name, duration(task)])),
      waits: Object.fromEntries(this.#tasks.map((task) => [task.name, wait(task)])),
      agents: this.#agents,
      ...(ranks && Object.keys(ranks).length > 0 ? { ranks } : {}),
    }).makespan_ms;
  }
}

type Tried = Omit<Bottleneck, 'savesMs'>;

interface Change {
  slots?: number;
  capacities?: Record<string, number>;
  duration?: (task: TaskFigures) => number;
  wait?: (task: TaskFigures) => number;
}

function busy(task: TaskFigures): number {
  return task.busyMs;
}

function forced(task: TaskFigures): number {
  return waitOf(task, 'retry') + waitOf(task, 'rate_limit') + waitOf(task, 'person');
}

function waitOf(task: TaskFigures, reason: string): number {
  return task.waits.find((wait) => wait.reason === reason)?.ms ?? 0;
}
