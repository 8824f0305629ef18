import type { Crew } from '../crew/schema.ts';
import type { EventDraft, EventOf } from '../run/events.ts';
import { type Graph, type GraphTask, graphOf } from './graph.ts';
import { Heap } from './heap.ts';
import { ranksOf } from './ranks.ts';
import { Scheduler } from './scheduler.ts';

export interface SimulationOptions {
  /** The number of slots, all ready at 0. */
  slots: number;
  /**
   * The busy time of each task in whole milliseconds, by name (and of `@assignment`); that of a consensual task is
   * divided equally among its turns. A task without an entry takes no slot and no time, like a cache hit.
   */
  durations: Readonly<Record<string, number>>;
  /** As in `run.started`; default: by `durations`. */
  ranks?: Readonly<Record<string, number>>;
  /**
   * Forced waits of a task (backoff, rate limits) in whole milliseconds. The task uses nothing while it waits, and then
   * ends.
   */
  waits?: Readonly<Record<string, number>>;
  /** Capacities that replace the file's, by pool; `SEQUENTIAL_LANE` for the sequential lane. */
  capacities?: Readonly<Record<string, number>>;
  /** Tasks whose results exist from the start. */
  reused?: ReadonlySet<string>;
  /** The agents of tasks that name none; default: the manager. */
  agents?: Readonly<Record<string, string>>;
}

/** The sequential lane's name in `SimulationOptions.capacities`. Names of pools cannot contain `@`. */
export const SEQUENTIAL_LANE = '@lane';

export interface Simulation {
  /** The end of the last task, in whole milliseconds. */
  makespan_ms: number;
  /**
   * Start, end and slot (of the first turn) of each task that took a slot. For a task with several turns also theirs,
   * by name.
   */
  tasks: Record<string, Place & { turns?: Record<string, Place> | undefined }>;
}

interface Place {
  start_ms: number;
  end_ms: number;
  slot: number;
}

type TurnEnd = Omit<EventOf<'attempt.ended'>, 'seq' | 't'>;

/** A timed event: the end of a turn, or (null) of a task's forced wait. */
interface Happening {
  readonly t: number;
  readonly order: number;
  readonly task: VirtualTask;
  readonly turn: TurnEnd | null;
}

/** A task in virtual time. */
interface VirtualTask {
  readonly graph: GraphTask;
  /** Null if it takes no slot and no time. */
  readonly busy: number | null;
  /** The number of its turns that have not ended. */
  turnsLeft: number;
  times: Simulation['tasks'][string] | null;
}

/**
 * Returns the schedule that the run's own scheduler produces for known durations, in virtual time, without failures.
 */
export function simulate(crew: Crew, options: SimulationOptions): Simulation {
  return new VirtualRun(crew, options).run();
}

class VirtualRun {
  readonly #options: SimulationOptions;
  readonly #scheduler: Scheduler;
  readonly #graph: Graph;
  readonly #tasks: readonly VirtualTask[];
  /** Some tasks take no slot and no time. */
  readonly #someTakeNothing: boolean;
  readonly #started: VirtualTask[] = [];
  readonly #ahead = new Heap<Happening>((a, b) => a.t < b.t || (a.t === b.t && a.order < b.order));
  #makespan = 0;
  #order = 0;

  constructor(crew: Crew, options: SimulationOptions) {
    this.#options = options;
    const virtual = options.capacities ? withCapacities(crew, options.capacities) : crew;
    this.#graph = graphOf(virtual);
    this.#tasks = this.#graph.tasks.map((graph) => {
      return { graph, busy: options.durations[graph.name] ?? null, turnsLeft: graph.turns.length, times: null };
    });
    this.#someTakeNothing = this.#tasks.some(({ busy }) => busy === null);
    this.#scheduler = new Scheduler(virtual, { lane: options.capacities?.[SEQUENTIAL_LANE] ?? 1 });
    const ranks = options.ranks ?? ranksOf(this.#graph, (task) => this.#tasks[task.index]?.busy ?? 0);
    this.#scheduler.begin(ranks, options.slots);
    for (let slot = 1; slot <= options.slots; slot += 1) {
      this.#scheduler.applyAt({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 }, 0);
    }
    for (const task of options.reused ?? []) this.#scheduler.applyAt({ type: 'task.completed', task, text: '' }, 0);
  }

  run(): Simulation {
    this.#decideAll(0);
    for (let next = this.#ahead.pop(); next !== undefined; next = this.#ahead.pop()) {
      this.#happen(next);
      // Everything that ends at one time ends before anything new starts.
      if (this.#ahead.peek()?.t !== next.t) this.#decideAll(next.t);
    }
    const tasks: Simulation['tasks'] = {};
    for (const { graph, times } of this.#started) if (times) tasks[graph.name] = times;
    return { makespan_ms: this.#makespan, tasks };
  }

  #decideAll(t: number): void {
    for (let decision = this.#scheduler.next(t); decision !== null; decision = this.#scheduler.next(t)) {
      this.#scheduler.applyAt(decision, t);
      this.#carryOut(decision, t);
    }
  }

  #carryOut(decision: EventDraft, t: number): void {
    switch (decision.type) {
      case 'attempt.started':
        this.#start(this.#task(decision.task), decision, t);
        return;
      case 'task.ready':
        if (this.#someTakeNothing) this.#completeAtOnce(this.#task(decision.task), t);
        return;
      case 'cache.asked':
        this.#scheduler.applyAt({ type: 'cache.missed', task: decision.task }, t);
        return;
      case 'review.asked':
        this.#approve(decision, t);
        return;
      default: // The others change only the scheduler's state.
        return;
    }
  }

  #completeAtOnce(task: VirtualTask, t: number): void {
    if (task.busy === null) this.#complete(task, t);
  }

  #start(task: VirtualTask, { attempt, turn, slot }: EventDraftOf<'attempt.started'>, t: number): void {
    if (task.times === null) {
      task.times = { start_ms: t, end_ms: t, slot };
      this.#started.push(task);
    }
    const of = { type: 'attempt.ended', task: task.graph.name, attempt, result: 'ok' } as const;
    const end = t + turnLength(task, turn);
    this.#schedule(end, task, turn === undefined ? of : { ...of, turn });
    if (turn === undefined) return;
    task.times.turns ??= {};
    task.times.turns[turn] = { start_ms: t, end_ms: end, slot };
  }

  #approve({ task, when }: EventDraftOf<'review.asked'>, t: number): void {
    this.#scheduler.applyAt({ type: 'review.answered', task, when, answer: 'approved' }, t);
    if (when === 'after') this.#complete(this.#task(task), t);
  }

  #happen({ t, task, turn }: Happening): void {
    if (turn === null) {
      this.#complete(task, t);
      return;
    }
    this.#scheduler.applyAt(turn, t);
    task.turnsLeft -= 1;
    if (task.turnsLeft > 0) return;
    const wait = this.#options.waits?.[task.graph.name] ?? 0;
    if (wait > 0) this.#schedule(t + wait, task, null);
    else if (task.graph.review !== 'after') this.#complete(task, t);
  }

  #complete(task: VirtualTask, t: number): void {
    if (task.times) task.times.end_ms = t;
    this.#makespan = Math.max(this.#makespan, t);
    if (task.graph === this.#graph.assignment) this.#assign(t);
    this.#scheduler.applyAt({ type: 'task.completed', task: task.graph.name, text: '' }, t);
  }

  #assign(t: number): void {
    for (const { name, unassigned } of this.#graph.tasks) {
      const agent = unassigned ? this.#options.agents?.[name] : undefined;
      if (agent !== undefined) this.#scheduler.applyAt({ type: 'task.assigned', task: name, agent }, t);
    }
  }

  #schedule(t: number, task: VirtualTask, turn: TurnEnd | null): void {
    this.#order += 1;
    this.#ahead.push({ t, order: this.#order, task, turn });
  }

  #task(name: string): VirtualTask {
    const task = this.#tasks[this.#graph.byName.get(name)?.index ?? -1];
    if (!task) throw new Error(`There is no task ${name}.`);
    return task;
  }
}

type EventDraftOf<Type extends EventDraft['type']> = Extract<EventDraft, { type: Type }>;

/** Divides the busy time of a task among its turns; the first turns get the remaining milliseconds. */
function turnLength({ graph, busy }: VirtualTask, turn: string | undefined): number {
  const { turns } = graph;
  if (busy === null || turns.length <= 1) return busy ?? 0;
  const share = Math.floor(busy / turns.length);
  const at = turns.findIndex((candidate) => candidate.name === turn);
  return at < busy - share * turns.length ? share + 1 : share;
}

/** Returns the crew with other capacities for some of its pools. */
export function withCapacities(crew: Crew, capacities: Readonly<Record<string, number>>): Crew {
  if (Object.keys(capacities).length === 0) return crew;
  const pools = crew.pools.map((pool) => ({ ...pool, capacity: capacities[pool.name] ?? pool.capacity }));
  return { ...crew, pools };
}
