import { describe, expect, test } from 'vitest';
import { contextOf } from '../crew/context.ts';
import { ASSIGNMENT } from '../run/events.ts';
import { type RandomRun, randomRun } from '../run/testing/random-run.ts';
import { Scheduler } from './scheduler.ts';
import { Candidates } from './testing/candidates.ts';
import { isEnd, turnKey, Watch } from './testing/watch.ts';

/**
 * Invariants of every run, over sequential, hierarchical and consensual crews with failures, crashes, leases by tools,
 * reviews, pauses, changing numbers of slots and interruptions. They are checked only on the events.
 */
const SEEDS = Array.from({ length: 300 }, (_, seed) => seed + 1);

/** A complete run, with its seed for the message of a failed assertion. */
function everyRun(check: (run: RandomRun) => void): void {
  for (const seed of SEEDS) {
    try {
      check(randomRun(seed));
    } catch (error) {
      throw new Error(`randomRun(${seed})`, { cause: error });
    }
  }
}

/** A scheduler that is called only after every few events, unlike the run's own. */
function askedUpTo({ crew, events }: RandomRun, last: number, every: number): Scheduler {
  const scheduler = new Scheduler(crew);
  for (const [index, event] of events.slice(0, last + 1).entries()) {
    scheduler.apply(event);
    if (index % every === 0) scheduler.next(event.t);
  }
  return scheduler;
}

/** Returns the decisions of a scheduler after another process becomes the owner at `t`. */
function afterResume(scheduler: Scheduler, t: number): object[] {
  const decided: object[] = [];
  scheduler.apply({ type: 'run.resumed', wall_ms: 0, versions: {}, t });
  scheduler.apply({ type: 'slot.ready', slot: 1, where: 'local:1', ms: 0, t });
  for (let next = scheduler.next(t); next !== null; next = scheduler.next(t)) {
    decided.push(next);
    scheduler.apply({ ...next, t });
  }
  return decided;
}

const DECISIONS = new Set(['attempt.started', 'cache.asked', 'resource.acquired', 'review.asked', 'run.finished']);

describe('random crews and runs', () => {
  test('no slot is idle while a task could use it', () => {
    everyRun(({ crew, events }) => {
      if (crew.process === 'consensual') return;
      const watch = new Watch(crew);
      const candidates = new Candidates(crew, watch);
      let t = 0;
      for (const event of events) {
        // All possible decisions are made before the next external event.
        const isDecision = DECISIONS.has(event.type) || event.type.startsWith('task.');
        if (!isDecision && event.t > t) expect(candidates.at(t)).toEqual([]);
        watch.take(event);
        candidates.take(event);
        t = event.t;
      }
    });
  });

  test('a run respects slots, context, the sequential lane, pools, agents and throttling, and no turn runs twice at once', () => {
    everyRun(({ crew, events }) => {
      const watch = new Watch(crew);
      const byName = new Map(crew.tasks.map((task) => [task.name, task]));
      for (const event of events) {
        if (event.type === 'attempt.started') {
          expect(watch.running.size).toBeLessThan(watch.slots);
          expect(watch.held.has(event.agent)).toBe(false);
          expect(watch.running.has(turnKey(event))).toBe(false);
          expect([...watch.running.values()].map(({ slot }) => slot)).not.toContain(event.slot);
          const started = byName.get(event.task);
          expect((started ? contextOf(started) : []).filter((before) => !watch.ended.has(before))).toEqual([]);
          expect(watch.ended.has(event.task)).toBe(false);
        }
        watch.take(event);
        const synchronous = [...watch.holding].filter((name) => byName.get(name)?.async === false);
        expect(synchronous.length).toBeLessThanOrEqual(1);
        for (const { name, capacity } of crew.pools) expect(watch.units(name)).toBeLessThanOrEqual(capacity);
        expect(watch.units('net')).toBeLessThanOrEqual(1);
        for (const { name, max_concurrent = Number.POSITIVE_INFINITY } of crew.agents) {
          const own = [...watch.running.values()].filter(({ agent }) => agent === name);
          expect(own.length).toBeLessThanOrEqual(max_concurrent);
        }
      }
    });
  });

  test('every attempt ends once and releases its leases; a retry waits for its time; every task and the run end', () => {
    everyRun(({ crew, events }) => {
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
      expect(ends.sort()).toEqual(crew.tasks.map(({ name }) => name));
      expect(events.at(-1)?.type).toBe('run.finished');
    });
  });

  test('a new scheduler that replays any prefix of the events has the same state and makes the same decision', () => {
    everyRun(({ crew, events }) => {
      const asked = new Scheduler(crew);
      const unasked = new Scheduler(crew);
      for (const [index, event] of events.entries()) {
        asked.apply(event);
        unasked.apply(event);
        const next = asked.next(event.t);
        expect(unasked.snapshot()).toEqual(asked.snapshot());
        if (index % 7 !== 0) continue;
        const fresh = new Scheduler(crew);
        for (const earlier of events.slice(0, index + 1)) fresh.apply(earlier);
        expect(fresh.next(event.t)).toEqual(next);
        expect(fresh.snapshot()).toEqual(asked.snapshot());
        const after = afterResume(fresh, event.t);
        for (const every of [1, 3, 10])
          expect(afterResume(askedUpTo({ crew, events }, index, every), event.t)).toEqual(after);
      }
    });
  }, 60_000);

  test('leases are granted first come, first served, before a new task starts', () => {
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
