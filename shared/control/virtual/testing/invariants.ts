import { expect } from 'vitest';
import { contextOf } from '../../../crew/context.ts';
import type { Crew } from '../../../crew/schema.ts';
import type { RunEvent } from '../../../run/events.ts';
import { Candidates } from '../../../scheduler/testing/candidates.ts';
import { turnKey, Watch } from '../../../scheduler/testing/watch.ts';

type EventOf<Type extends RunEvent['type']> = Extract<RunEvent, { type: Type }>;

const ENDS: ReadonlySet<string> = new Set([
  'task.completed',
  'task.failed',
  'task.skipped',
  'task.not_chosen',
  'task.cancelled',
]);

/** The invariants of a run, checked from its events alone, as each is recorded. */
export class Invariants {
  readonly #crew: Crew;
  readonly #watch: Watch;
  readonly #candidates: Candidates;
  readonly #ready = new Set<number>();
  readonly #ended = new Set<string>();
  readonly #retryAt = new Map<string, number>();
  /** By turn. */
  readonly #retries = new Map<string, number>();
  readonly #crashes = new Map<string, number>();
  #isStopped = false;
  #isOverBudget = false;
  #isOver = false;
  /** The number of checked starts of turns and of times at which no decision was left. */
  starts = 0;
  rests = 0;

  constructor(crew: Crew) {
    this.#crew = crew;
    this.#watch = new Watch(crew);
    this.#candidates = new Candidates(crew, this.#watch);
  }

  take(event: RunEvent): void {
    if (event.type === 'attempt.started') this.#start(event);
    if (event.type === 'attempt.ended') this.#end(event);
    if (event.type === 'resource.acquired') expect(this.#watch.running.has(turnKey(event))).toBe(true);
    if (event.type === 'slot.ready') this.#ready.add(event.slot);
    if (event.type === 'slot.exited') this.#ready.delete(event.slot);
    if (event.type === 'run.resumed') {
      this.#ready.clear();
      expect(this.#watch.running.size).toBe(0);
    }
    if (event.type === 'task.cancelled') this.#isStopped = true;
    if (event.type === 'budget.reached') this.#isOverBudget = true;
    if (event.type === 'budget.set') this.#isOverBudget = false;
    if ('task' in event && ENDS.has(event.type)) this.#taskEnded(event.task);
    if (event.type === 'run.finished') this.#finished();
    this.#candidates.take(event);
    this.#watch.take(event);
    for (const { name, capacity } of this.#crew.pools) expect(this.#watch.units(name)).toBeLessThanOrEqual(capacity);
    expect(this.#watch.leases.get('net')?.length ?? 0).toBeLessThanOrEqual(1);
  }

  /** The engine is about to end the run, so nothing starts any more. */
  over(): void {
    this.#isOver = true;
  }

  /** No decision is left at run time `t`: no slot is idle while a task could use it. */
  rested(t: number): void {
    this.rests += 1;
    if (this.#isOver || this.#isStopped || this.#isOverBudget || this.#crew.process === 'consensual') return;
    expect(this.#candidates.at(t)).toEqual([]);
  }

  #start(event: EventOf<'attempt.started'>): void {
    this.starts += 1;
    const { running, slots } = this.#watch;
    expect(running.size).toBeLessThan(slots);
    expect([...running.values()].map(({ slot }) => slot)).not.toContain(event.slot);
    expect(this.#ready.has(event.slot)).toBe(true);
    expect(running.has(turnKey(event))).toBe(false);
    expect(this.#ended.has(event.task)).toBe(false);
    expect(this.#watch.held.has(event.agent)).toBe(false);
    expect(this.#isStopped || this.#isOverBudget).toBe(false);
    expect(event.t).toBeGreaterThanOrEqual(this.#retryAt.get(turnKey(event)) ?? 0);
    const task = this.#crew.tasks.find(({ name }) => name === event.task);
    if (!task) return;
    expect(contextOf(task).filter((name) => !this.#ended.has(name))).toEqual([]);
    this.#checkLane(task);
    const agent = this.#crew.agents.find(({ name }) => name === event.agent);
    const own = [...running.values()].filter((turn) => turn.agent === event.agent).length;
    expect(own).toBeLessThan(agent?.max_concurrent ?? Number.POSITIVE_INFINITY);
  }

  /** Two synchronous tasks never overlap. */
  #checkLane(task: Crew['tasks'][number]): void {
    if (task.async) return;
    const isOther = (name: string) =>
      name !== task.name && this.#crew.tasks.some((one) => one.name === name && !one.async);
    expect([...this.#watch.holding].filter(isOther)).toEqual([]);
  }

  #end(event: EventOf<'attempt.ended'>): void {
    const key = turnKey(event);
    expect(this.#watch.running.get(key)?.attempt).toBe(event.attempt);
    for (const holders of this.#watch.leases.values()) expect(holders).not.toContain(key);
    if (event.retry_at !== undefined) this.#retryAt.set(key, event.retry_at);
    this.#checkRetries(key, event);
  }

  /** An attempt that is retried after a failure uses up a retry; three crashes in a row are never retried. */
  #checkRetries(key: string, { task, result, retry_at, rate_limited }: EventOf<'attempt.ended'>): void {
    const crashes = result === 'crash' ? (this.#crashes.get(key) ?? 0) + 1 : 0;
    this.#crashes.set(key, crashes);
    const isFailure = result === 'error' || result === 'timeout' || result === 'crash';
    if (!isFailure || retry_at === undefined || rate_limited) return;
    const used = (this.#retries.get(key) ?? 0) + 1;
    this.#retries.set(key, used);
    const { retries = this.#crew.settings.retries } = this.#crew.tasks.find(({ name }) => name === task) ?? {};
    expect(used).toBeLessThanOrEqual(retries.max);
    expect(crashes).toBeLessThan(3);
  }

  #taskEnded(task: string): void {
    expect(this.#ended.has(task)).toBe(false);
    const running = [...this.#watch.running.values()].map((turn) => turn.task);
    expect(running).not.toContain(task);
    this.#ended.add(task);
  }

  #finished(): void {
    expect(this.#watch.running.size).toBe(0);
    const open = this.#crew.tasks.filter(({ name }) => !this.#ended.has(name)).map(({ name }) => name);
    expect(open).toEqual([]);
  }
}
