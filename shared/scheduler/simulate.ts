import type { Project } from '../project/schema.ts';
import { ASSIGNMENT, type EventDraft } from '../run/events.ts';
import { buildGraph, type Graph } from './graph.ts';
import { Heap } from './heap.ts';
import { ranksOf } from './ranks.ts';
import { Scheduler } from './scheduler.ts';

export interface SimulationOptions {
  /** How many slots, all of them ready at 0. */
  slots: number;
  /**
   * Busy time of each task in whole milliseconds, by name (and of `@assignment`); a consensual task's is shared equally
   * among its turns. A task without an entry takes no slot and no time, as one out of the cache does.
   */
  durations: Readonly<Record<string, number>>;
  /** As in `run.started`; default: by `durations`. */
  ranks?: Readonly<Record<string, number>>;
  /** Forced waits of a task (backoff, a provider's limit) in whole milliseconds: it holds nothing, and goes on to its end. */
  waits?: Readonly<Record<string, number>>;
  /** Other capacities for pools of the file, by name; `SEQUENTIAL_LANE` for the lane. */
  capacities?: Readonly<Record<string, number>>;
  /** Tasks whose results are there from the start. */
  kept?: ReadonlySet<string>;
  /** Who was assigned to the tasks that name no agent; default: the manager. */
  agents?: Readonly<Record<string, string>>;
}

/** The lane's name in `SimulationOptions.capacities`; `@` cannot stand in a pool's name. */
export const SEQUENTIAL_LANE = '@lane';

export interface Simulation {
  /** The end of the last task, whole milliseconds. */
  makespan_ms: number;
  /** Start, end and slot (of the first turn) of each task that took a slot. */
  tasks: Record<string, { start_ms: number; end_ms: number; slot: number }>;
}

/** What happens at a time: a turn ends, or a task's forced wait. */
interface Happening {
  t: number;
  order: number;
  ended: { task: string; attempt: number; turn?: string } | null;
  task: string;
}

/** The schedule that the run's own scheduler makes of known durations, in virtual time, without failures. */
export function simulate(project: Project, options: SimulationOptions): Simulation {
  return new VirtualRun(project, options).run();
}

class VirtualRun {
  readonly #options: SimulationOptions;
  readonly #scheduler: Scheduler;
  readonly #graph: Graph;
  readonly #ahead = new Heap<Happening>((a, b) => a.t < b.t || (a.t === b.t && a.order < b.order));
  readonly #tasks: Simulation['tasks'] = {};
  readonly #turnsLeft = new Map<string, number>();
  #makespan = 0;
  #order = 0;

  constructor(project: Project, options: SimulationOptions) {
    this.#options = options;
    const virtual = withCapacities(project, options.capacities ?? {});
    this.#graph = buildGraph(virtual);
    this.#scheduler = new Scheduler(virtual, { lane: options.capacities?.[SEQUENTIAL_LANE] ?? 1 });
    const ranks = options.ranks ?? ranksOf(this.#graph, (task) => options.durations[task.name] ?? 0);
    this.#scheduler.begin(ranks, options.slots);
    for (let slot = 1; slot <= options.slots; slot += 1) {
      this.#scheduler.apply({ type: 'slot.ready', slot, pid: slot, ms: 0, t: 0 });
    }
    for (const task of options.kept ?? []) this.#scheduler.apply({ type: 'task.completed', task, text: '', t: 0 });
  }

  run(): Simulation {
    this.#decideAll(0);
    for (let next = this.#ahead.pop(); next !== undefined; next = this.#ahead.pop()) {
      this.#happen(next);
      // Everything that ends at one time ends before anything new starts.
      if (this.#ahead.peek()?.t !== next.t) this.#decideAll(next.t);
    }
    return { makespan_ms: this.#makespan, tasks: this.#tasks };
  }

  #decideAll(t: number): void {
    for (let decision = this.#scheduler.next(t); decision !== null; decision = this.#scheduler.next(t)) {
      this.#scheduler.apply({ ...decision, t });
      this.#carryOut(decision, t);
    }
  }

  #carryOut(decision: EventDraft, t: number): void {
    if (decision.type === 'attempt.started') {
      const { task, attempt, turn, slot } = decision;
      this.#tasks[task] ??= { start_ms: t, end_ms: t, slot };
      this.#schedule(t + this.#turnLength(task, turn), task, {
        task,
        attempt,
        ...(turn === undefined ? {} : { turn }),
      });
    } else if (decision.type === 'task.ready' && this.#options.durations[decision.task] === undefined) {
      this.#complete(decision.task, t);
    } else if (decision.type === 'review.asked') {
      const { task, when } = decision;
      this.#scheduler.apply({ type: 'review.answered', task, when, answer: 'approved', t });
      if (when === 'after') this.#complete(task, t);
    }
  }

  #happen({ t, ended, task }: Happening): void {
    if (ended === null) {
      this.#complete(task, t);
      return;
    }
    this.#scheduler.apply({ type: 'attempt.ended', ...ended, result: 'ok', t });
    const left = (this.#turnsLeft.get(task) ?? this.#turnCount(task)) - 1;
    this.#turnsLeft.set(task, left);
    if (left > 0) return;
    const wait = this.#options.waits?.[task] ?? 0;
    if (wait > 0) this.#schedule(t + wait, task, null);
    else if (this.#graph.byName.get(task)?.review !== 'after') this.#complete(task, t);
  }

  #complete(task: string, t: number): void {
    const known = this.#tasks[task];
    if (known) known.end_ms = t;
    this.#makespan = Math.max(this.#makespan, t);
    if (task === ASSIGNMENT) this.#assign(t);
    this.#scheduler.apply({ type: 'task.completed', task, text: '', t });
  }

  #assign(t: number): void {
    for (const { name, unassigned } of this.#graph.tasks) {
      const agent = unassigned ? this.#options.agents?.[name] : undefined;
      if (agent !== undefined) this.#scheduler.apply({ type: 'task.assigned', task: name, agent, t });
    }
  }

  #schedule(t: number, task: string, ended: Happening['ended']): void {
    this.#order += 1;
    this.#ahead.push({ t, order: this.#order, ended, task });
  }

  #turnCount(task: string): number {
    return this.#graph.byName.get(task)?.turns.length ?? 1;
  }

  /** The turns of a task share its busy time; the first ones take the milliseconds that are left over. */
  #turnLength(task: string, turn: string | undefined): number {
    const busy = this.#options.durations[task] ?? 0;
    const turns = this.#graph.byName.get(task)?.turns ?? [];
    if (turns.length <= 1) return busy;
    const share = Math.floor(busy / turns.length);
    const at = turns.findIndex((candidate) => candidate.name === turn);
    return at < busy - share * turns.length ? share + 1 : share;
  }
}

function withCapacities(project: Project, capacities: Readonly<Record<string, number>>): Project {
  const pools = project.pools.map((pool) => ({ ...pool, capacity: capacities[pool.name] ?? pool.capacity }));
  return { ...project, pools };
}
