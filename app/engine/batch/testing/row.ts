import { contextOf } from '../../../../shared/crew/context.ts';
import type { Crew } from '../../../../shared/crew/schema.ts';
import type { Random } from '../../../../shared/random.ts';
import type { EventDraft } from '../../../../shared/run/events.ts';
import { STARTED } from '../../../../shared/run/testing/started.ts';
import { turnRefKey } from '../../../../shared/scheduler/lease-queues.ts';
import { computeRanks } from '../../../../shared/scheduler/ranks.ts';
import { Scheduler, type TimedEvent } from '../../../../shared/scheduler/scheduler.ts';

interface Turn {
  task: string;
  attempt: number;
  /** Infinite while the turn waits for a lease. */
  end: number;
  /** The units that the turn holds through a tool. */
  leases: string[];
  waitsFor: { id: string; pool: string } | null;
}

/** The environment of a row: time, randomness, slots and the other rows' units. */
export interface RowWorld {
  readonly t: number;
  readonly random: Random;
  readonly count: number;
  /** The number of lease requests refused because of a deadlock. */
  refused: number;
  /** Checks the invariants when a turn starts in `slot`. */
  check(slot: number): void;
  /** Returns the free units of a pool. */
  free(pool: string): number;
  wouldDeadlock(row: Row, owner: string, resource: string): boolean;
}

/** One row: its scheduler, its events and its running turns by slot. */
export class Row {
  readonly events: TimedEvent[] = [];
  readonly scheduler: Scheduler;
  readonly running = new Map<number, Turn>();
  readonly ended = new Set<string>();
  paused = false;
  readonly crew: Crew;
  readonly number: number;
  readonly #world: RowWorld;
  #leases = 0;
  readonly #retryAt = new Map<string, number>();

  constructor(crew: Crew, number: number, world: RowWorld) {
    this.crew = crew;
    this.number = number;
    this.#world = world;
    this.scheduler = new Scheduler(crew);
    this.say({
      ...STARTED,
      ranks: computeRanks(crew, {}),
      settings: { ...STARTED.settings, slots: world.count },
      batch: { batch: 'b', row: number, rows: 9, start_ms: 0 },
    });
  }

  get isOver(): boolean {
    return this.events.at(-1)?.type === 'run.finished';
  }

  say(draft: EventDraft): void {
    const event: TimedEvent = { ...draft, t: this.#world.t };
    this.events.push(event);
    this.scheduler.apply(event);
  }

  decide(): void {
    for (let next = this.scheduler.next(this.#world.t); next !== null; next = this.scheduler.next(this.#world.t)) {
      this.say(next);
      if (next.type === 'attempt.started') this.#start(next);
      if (next.type === 'task.failed' || next.type === 'task.skipped') this.ended.add(next.task);
    }
  }

  end(slot: number, result: 'ok' | 'error' | 'crash'): void {
    const turn = this.running.get(slot);
    if (!turn) return;
    this.running.delete(slot);
    const { task, attempt } = turn;
    if (result === 'ok') {
      this.say({ type: 'attempt.ended', task, attempt, result: 'ok' });
      this.ended.add(task);
      const { degraded } = this.scheduler.completionFlags(task);
      this.say({ type: 'task.completed', task, text: '', ...(degraded ? { degraded } : {}) });
      return;
    }
    const again = attempt < 3 ? { retry_at: this.#world.t + this.#world.random.int(0, 20) } : {};
    if (again.retry_at !== undefined) this.#retryAt.set(task, again.retry_at);
    this.say({ type: 'attempt.ended', task, attempt, result, kind: 'crash', message: 'It broke.', ...again });
  }

  /** Computes the shared units that the row's running turns hold, without the scheduler. */
  used(): { pool: string; units: number }[] {
    return [...this.running.values()].flatMap(({ task, leases }) => [
      ...this.#needs(this.#task(task)),
      ...leases.map((pool) => ({ pool, units: 1 })),
    ]);
  }

  /** Makes a running turn request a unit by a tool. Refuses a request that would deadlock. */
  ask(): void {
    const [first, ...others] = this.running.values();
    if (!first) return;
    const turn = this.#world.random.pick([first, ...others]);
    const pool = this.#world.random.pick(['db', 'seat']);
    if (turn.waitsFor !== null || turn.leases.includes(pool)) return;
    if (this.#task(turn.task).resources.some((demand) => demand.pool === pool)) return;
    const { task, attempt } = turn;
    if (this.#world.wouldDeadlock(this, turnRefKey({ task, attempt }), pool)) {
      this.#world.refused += 1;
      return;
    }
    this.#leases += 1;
    const id = `lease-${this.#leases}`;
    turn.waitsFor = { id, pool };
    turn.end = Number.POSITIVE_INFINITY;
    this.say({ type: 'resource.requested', task, attempt, id, resource: pool, holder: 'ada' });
  }

  leased(id: string): void {
    const turn = [...this.running.values()].find(({ waitsFor }) => waitsFor?.id === id);
    if (!turn?.waitsFor) throw new Error(`No turn waits for ${id}.`);
    const { task, attempt, waitsFor } = turn;
    turn.leases.push(waitsFor.pool);
    turn.waitsFor = null;
    turn.end = this.#world.t + this.#world.random.int(1, 50);
    this.say({ type: 'resource.acquired', task, attempt, id, resource: waitsFor.pool, holder: 'ada' });
  }

  #needs(task: Crew['tasks'][number]): { pool: string; units: number }[] {
    return task.agent === 'bob' ? [...task.resources, { pool: 'bob', units: 1 }] : task.resources;
  }

  /** Computes the turns that could start in a free slot, without the scheduler. */
  couldStart(): string[] {
    if (this.paused) return [];
    const running = [...this.running.values()].map(({ task }) => this.#task(task));
    const startable = this.crew.tasks.filter((task) => {
      if (this.ended.has(task.name) || running.includes(task)) return false;
      if ((this.#retryAt.get(task.name) ?? 0) > this.#world.t) return false;
      if (!contextOf(task).every((before) => this.ended.has(before))) return false;
      if (!task.async && running.some((other) => !other.async)) return false;
      return this.#needs(task).every(({ pool, units }) => this.#world.free(pool) >= units);
    });
    return startable.map(({ name }) => name);
  }

  #start({ task, attempt, slot }: Extract<EventDraft, { type: 'attempt.started' }>): void {
    this.#world.check(slot);
    const end = this.#world.t + this.#world.random.int(1, 50);
    this.running.set(slot, { task, attempt, end, leases: [], waitsFor: null });
  }

  #task(name: string): Crew['tasks'][number] {
    const task = this.crew.tasks.find((candidate) => candidate.name === name);
    if (!task) throw new Error(name);
    return task;
  }
}
