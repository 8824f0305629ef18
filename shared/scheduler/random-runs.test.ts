import { describe, expect, test } from 'vitest';
import type { Project } from '../project/schema.ts';
import { consensualAgents } from '../run/consensus.ts';
import { ASSIGNMENT, type RunEvent } from '../run/events.ts';
import { type RandomRun, randomRun } from '../run/testing/random-run.ts';
import { Scheduler } from './scheduler.ts';

/**
 * What holds of every run, over runs of sequential, hierarchical and consensual crews with failures, crashes, leases by
 * tools, reviews, pauses, other numbers of slots and cut-offs. What holds is read off the events alone.
 */
const SEEDS = Array.from({ length: 300 }, (_, seed) => seed + 1);

/** All of a run, with its seed where something does not hold. */
function everyRun(check: (run: RandomRun) => void): void {
  for (const seed of SEEDS) {
    try {
      check(randomRun(seed));
    } catch (error) {
      throw new Error(`randomRun(${seed})`, { cause: error });
    }
  }
}

/** Who runs, holds and has ended after each event, kept in the simplest way. */
class Watch {
  readonly running = new Map<string, { task: string; agent: string; slot: number; attempt: number }>();
  readonly ended = new Set<string>();
  /** Consensual tasks hold what they share from their first turn to their last. */
  readonly holding = new Set<string>();
  readonly leases = new Map<string, string[]>();
  /** Agents of which nothing may start. */
  readonly held = new Set<string>();
  slots = 0;
  readonly #project: Project;
  readonly #turnsLeft = new Map<string, Set<string>>();

  constructor(project: Project) {
    this.#project = project;
  }

  take(event: RunEvent): void {
    if (event.type === 'run.started') this.slots = event.settings.slots;
    if (event.type === 'run.slots') this.slots = event.slots;
    if (event.type === 'agent.held') this.held.add(event.agent);
    if (event.type === 'agent.freed') this.held.delete(event.agent);
    if (event.type === 'run.resumed') this.held.clear();
    if (event.type === 'attempt.started') {
      const { task, agent, slot, attempt } = event;
      this.running.set(turnKey(event), { task, agent, slot, attempt });
      this.holding.add(task);
    }
    if (event.type === 'attempt.ended') {
      this.running.delete(turnKey(event));
      this.#release(event);
    }
    if (event.type === 'resource.acquired')
      this.leases.set(event.resource, [...this.#held(event.resource), turnKey(event)]);
    if (event.type === 'resource.released') this.#giveBack(event.resource, turnKey(event));
    if (isEnd(event)) {
      this.ended.add(event.task);
      this.holding.delete(event.task);
    }
  }

  units(pool: string): number {
    const declared = this.#project.tasks.filter((task) => this.holding.has(task.name));
    const units = declared.flatMap(({ resources }) => resources.filter((demand) => demand.pool === pool));
    return units.reduce((sum, demand) => sum + demand.units, 0) + this.#held(pool).length;
  }

  #held(resource: string): readonly string[] {
    return this.leases.get(resource) ?? [];
  }

  #giveBack(resource: string, key: string): void {
    const held = [...this.#held(resource)];
    held.splice(held.indexOf(key), 1);
    this.leases.set(resource, held);
  }

  /** A plain task gives back what it shares with each attempt, a consensual one when all its turns have come to an end. */
  #release(event: Extract<RunEvent, { type: 'attempt.ended' }>): void {
    const task = this.#project.tasks.find(({ name }) => name === event.task);
    if (!task || event.turn === undefined) {
      this.holding.delete(event.task);
      return;
    }
    const agents = consensualAgents(this.#project, task);
    const open =
      this.#turnsLeft.get(task.name) ?? new Set(agents.flatMap((agent) => [`propose:${agent}`, `vote:${agent}`]));
    this.#turnsLeft.set(task.name, open);
    if (event.retry_at === undefined) open.delete(event.turn);
    if (open.size > 0) return;
    this.holding.delete(task.name);
    this.#turnsLeft.delete(task.name);
  }
}

function turnKey({ task, turn }: { task: string; turn?: string | undefined }): string {
  return `${task} ${turn ?? ''}`;
}

function isEnd(
  event: RunEvent,
): event is Extract<RunEvent, { type: 'task.completed' | 'task.failed' | 'task.skipped' }> {
  return event.type === 'task.completed' || event.type === 'task.failed' || event.type === 'task.skipped';
}

/** What keeps each plain task from starting, of all that the events say. */
class Candidates {
  readonly #project: Project;
  readonly #watch: Watch;
  readonly #mayStart = new Map<string, number>();
  readonly #agents: Map<string, string | undefined>;
  readonly #slots = new Set<number>();
  #runs = true;

  constructor(project: Project, watch: Watch) {
    this.#project = project;
    this.#watch = watch;
    this.#agents = new Map(project.tasks.map(({ name, agent }) => [name, agent]));
  }

  take(event: RunEvent): void {
    if (event.type === 'run.paused') this.#runs = false;
    if (event.type === 'run.unpaused' || event.type === 'run.resumed') this.#runs = true;
    if (event.type === 'run.resumed') this.#slots.clear();
    if (event.type === 'slot.ready') this.#slots.add(event.slot);
    if (event.type === 'slot.exited') this.#slots.delete(event.slot);
    if (event.type === 'task.assigned') this.#agents.set(event.task, event.agent);
    if (event.type === 'cache.asked') this.#mayStart.delete(event.task);
    if ((event.type === 'task.ready' && !this.#isLookedFor(event.task)) || event.type === 'cache.missed') {
      if (this.#taskOf(event.task)?.human_review !== 'before') this.#mayStart.set(event.task, 0);
    }
    if (event.type === 'review.answered') {
      const again = event.when === 'before' ? event.answer !== 'edited' : event.answer === 'sent_back';
      if (again) this.#mayStart.set(event.task, 0);
    }
    if (event.type === 'attempt.started') this.#mayStart.delete(event.task);
    if (event.type === 'attempt.ended' && event.retry_at !== undefined) this.#mayStart.set(event.task, event.retry_at);
  }

  /** Tasks that could start at `t` in a slot that stands idle. */
  at(t: number): string[] {
    const busy = new Set([...this.#watch.running.values()].map(({ slot }) => slot));
    const free = [...this.#slots].filter((slot) => slot <= this.#watch.slots && !busy.has(slot));
    if (!this.#runs || free.length === 0 || this.#watch.running.size >= this.#watch.slots) return [];
    return [...this.#mayStart].flatMap(([name, from]) => (from <= t && this.#hasRoom(name) ? [name] : []));
  }

  #hasRoom(name: string): boolean {
    const task = this.#taskOf(name);
    const agent = this.#project.agents.find((one) => one.name === this.#agents.get(name));
    if (!task || !agent || this.#watch.held.has(agent.name)) return false;
    const { holding, running } = this.#watch;
    if (!task.async && [...holding].some((other) => this.#taskOf(other)?.async === false)) return false;
    const own = [...running.values()].filter((turn) => turn.agent === agent.name).length;
    if (own >= (agent.max_concurrent ?? Number.POSITIVE_INFINITY)) return false;
    return task.resources.every(({ pool, units }) => {
      const { capacity = 1 } = this.#project.pools.find((one) => one.name === pool) ?? {};
      return this.#watch.units(pool) + units <= capacity;
    });
  }

  #isLookedFor(name: string): boolean {
    return this.#taskOf(name)?.cache !== undefined;
  }

  #taskOf(name: string): Project['tasks'][number] | undefined {
    return this.#project.tasks.find((task) => task.name === name);
  }
}

/** A scheduler that was asked after every so many events; the run's own was after each. */
function askedUpTo({ project, events }: RandomRun, last: number, every: number): Scheduler {
  const scheduler = new Scheduler(project);
  for (const [index, event] of events.slice(0, last + 1).entries()) {
    scheduler.apply(event);
    if (index % every === 0) scheduler.next(event.t);
  }
  return scheduler;
}

/** All that it decides when another process goes on from here. */
function afterResume(scheduler: Scheduler, t: number): object[] {
  const decided: object[] = [];
  scheduler.apply({ type: 'run.resumed', wall_ms: 0, versions: {}, t });
  scheduler.apply({ type: 'slot.ready', slot: 1, pid: 1, ms: 0, t });
  for (let next = scheduler.next(t); next !== null; next = scheduler.next(t)) {
    decided.push(next);
    scheduler.apply({ ...next, t });
  }
  return decided;
}

const DECISIONS = new Set(['attempt.started', 'cache.asked', 'resource.acquired', 'review.asked', 'run.finished']);

describe('whatever crew, and whatever happens', () => {
  test('no slot stands idle that a task could use', () => {
    everyRun(({ project, events }) => {
      if (project.process === 'consensual') return;
      const watch = new Watch(project);
      const candidates = new Candidates(project, watch);
      let t = 0;
      for (const event of events) {
        // Before anything happens by itself all has been decided that could be.
        const isDecision = DECISIONS.has(event.type) || event.type.startsWith('task.');
        if (!isDecision && event.t > t) expect(candidates.at(t)).toEqual([]);
        watch.take(event);
        candidates.take(event);
        t = event.t;
      }
    });
  });

  test('slots, context, the lane, pools, agents and their holds are kept to, and no turn runs twice at once', () => {
    everyRun(({ project, events }) => {
      const watch = new Watch(project);
      const byName = new Map(project.tasks.map((task) => [task.name, task]));
      for (const event of events) {
        if (event.type === 'attempt.started') {
          expect(watch.running.size).toBeLessThan(watch.slots);
          expect(watch.held.has(event.agent)).toBe(false);
          expect(watch.running.has(turnKey(event))).toBe(false);
          expect([...watch.running.values()].map(({ slot }) => slot)).not.toContain(event.slot);
          const context = byName.get(event.task)?.context ?? [];
          expect(context.filter((before) => !watch.ended.has(before))).toEqual([]);
          expect(watch.ended.has(event.task)).toBe(false);
        }
        watch.take(event);
        const synchronous = [...watch.holding].filter((name) => byName.get(name)?.async === false);
        expect(synchronous.length).toBeLessThanOrEqual(1);
        for (const { name, capacity } of project.pools) expect(watch.units(name)).toBeLessThanOrEqual(capacity);
        expect(watch.units('net')).toBeLessThanOrEqual(1);
        for (const { name, max_concurrent = Number.POSITIVE_INFINITY } of project.agents) {
          const own = [...watch.running.values()].filter(({ agent }) => agent === name);
          expect(own.length).toBeLessThanOrEqual(max_concurrent);
        }
      }
    });
  });

  test('every attempt ends once, with its leases and waits; a retry waits for its time; every task ends, and the run', () => {
    everyRun(({ project, events }) => {
      const open = new Map<string, number>();
      const retryAt = new Map<string, number>();
      const asked = new Set<string>();
      for (const event of events) {
        if (event.type === 'attempt.started') {
          expect(event.t).toBeGreaterThanOrEqual(retryAt.get(turnKey(event)) ?? 0);
          open.set(turnKey(event), event.attempt);
        } else if ('attempt' in event) expect(open.get(turnKey(event))).toBe(event.attempt);
        if (event.type === 'resource.requested') asked.add(event.id);
        if (event.type === 'resource.acquired' || event.type === 'resource.timed_out')
          expect(asked.delete(event.id)).toBe(true);
        if (event.type === 'attempt.ended') {
          open.delete(turnKey(event));
          retryAt.set(turnKey(event), event.retry_at ?? 0);
        }
      }
      expect(open.size + asked.size).toBe(0);
      const ends = events.flatMap((event) => (isEnd(event) && event.task !== ASSIGNMENT ? [event.task] : []));
      expect(ends.sort()).toEqual(project.tasks.map(({ name }) => name));
      expect(events.at(-1)?.type).toBe('run.finished');
    });
  });

  test('fed with the events up to any of them, a fresh scheduler has the same state and decides the same', () => {
    everyRun(({ project, events }) => {
      const asked = new Scheduler(project);
      const unasked = new Scheduler(project);
      for (const [index, event] of events.entries()) {
        asked.apply(event);
        unasked.apply(event);
        const next = asked.next(event.t);
        expect(unasked.snapshot()).toEqual(asked.snapshot());
        if (index % 7 !== 0) continue;
        const fresh = new Scheduler(project);
        for (const earlier of events.slice(0, index + 1)) fresh.apply(earlier);
        expect(fresh.next(event.t)).toEqual(next);
        expect(fresh.snapshot()).toEqual(asked.snapshot());
        const after = afterResume(fresh, event.t);
        for (const every of [1, 3, 10])
          expect(afterResume(askedUpTo({ project, events }, index, every), event.t)).toEqual(after);
      }
    });
  }, 60_000);

  test('who waits for a lease is first come first served, and gets it before a new task starts', () => {
    everyRun(({ events }) => {
      const queues = new Map<string, string[]>();
      for (const event of events) {
        if (!('resource' in event) || event.type === 'resource.created' || event.type === 'resource.released') continue;
        const queue = queues.get(event.resource) ?? [];
        if (event.type === 'resource.requested') queue.push(event.id);
        if (event.type === 'resource.acquired') expect(queue.shift()).toBe(event.id);
        if (event.type === 'resource.timed_out') queue.splice(queue.indexOf(event.id), 1);
        queues.set(event.resource, queue);
      }
    });
  });
});
