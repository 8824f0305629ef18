import { expect } from 'vitest';
import { contextOf } from '../../crew/context.ts';
import type { Crew } from '../../crew/schema.ts';
import { Random } from '../../random.ts';
import { computeRanks } from '../ranks.ts';
import { Scheduler, type TimedEvent } from '../scheduler.ts';
import { Rig } from './rig.ts';
import type { Scenario } from './scenarios.ts';

/** The running turns, tracked independently of the scheduler. */
interface Running {
  task: string;
  attempt: number;
  end: number;
}

/** Drives a scheduler in virtual time as the engine would, with faults, and checks each start as it is decided. */
export class Drive {
  readonly rig: Rig;
  readonly running = new Map<string, Running>();
  readonly ended = new Set<string>();
  readonly attempts = new Map<string, number>();
  readonly #crew: Crew;
  readonly #random: Random;
  #slots: number;
  #paused = false;
  #retryAt = new Map<string, number>();

  constructor({ crew, slots, seed }: Scenario) {
    this.#crew = crew;
    this.#slots = slots;
    this.#random = new Random(seed + 1);
    this.rig = new Rig(new Scheduler(crew), slots, computeRanks(crew, {}));
  }

  run(): void {
    for (let steps = 0; !this.#isFinished(); steps += 1) {
      if (steps > 10_000) throw new Error('The run does not end.');
      this.#decide();
      if (this.#isFinished()) return;
      if (!this.#paused) this.#checkNothingIdle();
      if (this.#random.chance(0.1)) this.#disturb();
      else this.#advance();
    }
  }

  #isFinished(): boolean {
    return this.rig.events.at(-1)?.type === 'run.finished';
  }

  #decide(): void {
    const from = this.rig.events.length;
    this.rig.decide();
    for (const event of this.rig.events.slice(from)) this.#take(event);
  }

  #take(event: TimedEvent): void {
    if (event.type === 'attempt.started') this.#started(event.task, event.attempt);
    if (event.type === 'task.failed' || event.type === 'task.skipped') this.ended.add(event.task);
  }

  #started(name: string, attempt: number): void {
    const task = this.#taskOf(name);
    expect(this.running.size).toBeLessThan(this.#slots);
    expect(this.running.has(name)).toBe(false);
    expect(contextOf(task).every((before) => this.ended.has(before))).toBe(true);
    expect(this.rig.t).toBeGreaterThanOrEqual(this.#retryAt.get(name) ?? 0);
    expect(attempt).toBe((this.attempts.get(name) ?? 0) + 1);
    this.attempts.set(name, attempt);
    this.running.set(name, { task: name, attempt, end: this.rig.t + this.#random.int(1, 50) });
    const others = [...this.running.keys()].filter((other) => other !== name);
    if (!task.async) expect(others.every((other) => this.#taskOf(other).async)).toBe(true);
    for (const { name: pool, capacity } of this.#crew.pools) expect(this.#unitsOf(pool)).toBeLessThanOrEqual(capacity);
  }

  /** Checks that no slot is idle while a task could start in it. */
  #checkNothingIdle(): void {
    if (this.running.size >= this.#slots) return;
    const could = this.#crew.tasks.filter((task) => this.#couldStart(task.name));
    expect(could.map(({ name }) => name)).toEqual([]);
  }

  #couldStart(name: string): boolean {
    const task = this.#taskOf(name);
    if (this.ended.has(name) || this.running.has(name) || (this.#retryAt.get(name) ?? 0) > this.rig.t) return false;
    if (!contextOf(task).every((before) => this.ended.has(before))) return false;
    if (!task.async && [...this.running.keys()].some((other) => !this.#taskOf(other).async)) return false;
    const capacity = new Map(this.#crew.pools.map((pool) => [pool.name, pool.capacity]));
    if (task.resources.some(({ pool, units }) => this.#unitsOf(pool) + units > (capacity.get(pool) ?? 0))) return false;
    const limit =
      this.#crew.agents.find((agent) => agent.name === task.agent)?.max_concurrent ?? Number.POSITIVE_INFINITY;
    return [...this.running.keys()].filter((other) => this.#taskOf(other).agent === task.agent).length < limit;
  }

  /** Advances time to the next event: the end of a turn, or the time of a retry. */
  #advance(): void {
    const [next] = [...this.running.values()].sort((a, b) => a.end - b.end);
    const wake = this.rig.scheduler.wakeAt();
    if (next && (wake === null || next.end <= wake)) this.#end(next);
    else if (wake !== null) this.rig.t = Math.max(this.rig.t, wake);
    else if (this.#paused) this.#unpause();
    else throw new Error('Nothing will ever happen.');
  }

  #end({ task, attempt, end }: Running): void {
    this.rig.t = end;
    this.running.delete(task);
    const tries = attempt < 4;
    if (this.#random.chance(0.75)) {
      this.rig.complete(task, attempt);
      this.ended.add(task);
    } else if (tries && this.#random.chance(0.6)) {
      const at = end + this.#random.int(0, 40);
      this.#retryAt.set(task, at);
      this.rig.fail(task, attempt, at);
    } else this.rig.fail(task, attempt);
  }

  #disturb(): void {
    if (this.#paused) this.#unpause();
    else if (this.#random.chance(0.4)) this.#pause();
    else {
      const slots = this.#random.int(1, 6);
      for (let slot = this.#slots + 1; slot <= slots; slot += 1)
        this.rig.say({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 });
      this.#slots = slots;
      this.rig.say({ type: 'run.slots', slots });
      for (let slot = 1; slot <= slots; slot += 1)
        if (this.#isFree(slot)) this.rig.say({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 });
    }
  }

  #isFree(slot: number): boolean {
    const last = this.rig.events.findLast((event) => event.type === 'attempt.started' && event.slot === slot);
    return last?.type !== 'attempt.started' || this.running.get(last.task)?.attempt !== last.attempt;
  }

  /** Pauses: running attempts end as cancelled, and are repeated at once. */
  #pause(): void {
    this.#paused = true;
    this.rig.say({ type: 'run.paused' });
    for (const { task, attempt } of this.running.values()) {
      this.rig.say({
        type: 'attempt.ended',
        task,
        attempt,
        result: 'cancelled',
        kind: 'cancelled',
        message: '',
        retry_at: this.rig.t,
      });
    }
    this.running.clear();
  }

  #unpause(): void {
    this.#paused = false;
    this.rig.say({ type: 'run.unpaused' });
  }

  #unitsOf(pool: string): number {
    let units = 0;
    for (const name of this.running.keys()) {
      for (const demand of this.#taskOf(name).resources) if (demand.pool === pool) units += demand.units;
    }
    return units;
  }

  #taskOf(name: string): Crew['tasks'][number] {
    const task = this.#crew.tasks.find((one) => one.name === name);
    if (!task) throw new Error(`There is no task ${name}.`);
    return task;
  }
}
