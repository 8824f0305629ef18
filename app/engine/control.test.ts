import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Crew } from '../../shared/crew/schema.ts';
import { Random } from '../../shared/random.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import { applyEvent, newRun } from '../../shared/run/fold.ts';
import { Scheduler } from '../../shared/scheduler/scheduler.ts';
import type { RunHandle } from './request.ts';
import type { Clock } from './run-clock.ts';
import { systemClock } from './run-clock.ts';
import { randomLimitedCrew } from './testing/limited-crew.ts';
import { type ProviderLog, RandomHost } from './testing/random-host.ts';
import { actAtRandom } from './testing/random-person.ts';
import { eventsOf, handleOf, Rig } from './testing/rig.ts';

const SEEDS = Array.from({ length: Number(process.env.CONTROL_SEEDS ?? 40) }, (_, index) => index + 1);
const MOST_STEPS = 20_000;

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
  rig.remove();
});

/** A crew with limits, a budget and deadlines, and a person who pauses, resizes, answers, pays, quits and resumes at random. */
class Controlled {
  readonly crew: Crew;
  readonly log: ProviderLog = { calls: [], refusals: [] };
  readonly #random: Random;
  readonly #clock: Clock;
  #host: RandomHost;
  #run: RunHandle | null = null;
  #ended = false;

  constructor(seed: number) {
    this.#random = new Random(seed);
    this.#host = new RandomHost(this.#random, this.log);
    // The wall clock advances with the monotonic clock.
    const wallMs = () => 1_000_000 + performance.now();
    this.#clock = { ...systemClock, wallMs, random: () => this.#random.next() };
    this.crew = randomLimitedCrew(this.#random);
  }

  async untilEnd(): Promise<RunHandle> {
    const more = { attended: true, reviewer: 'person', clock: this.#clock } as const;
    const slots = this.#random.int(1, 4);
    this.#watch(await rig.start(this.crew, slots, { ...more, startedAtMonotonicMs: performance.now() }, this.#host));
    for (let step = 0; step < MOST_STEPS; step += 1) {
      const run = this.#run;
      if (!run) throw new Error('There is no run.');
      if (this.#ended) {
        if (run.state.outcome !== null) return run;
        this.#host = new RandomHost(this.#random, this.log);
        this.#watch(handleOf(await rig.tryToResume(run.dir, this.crew, this.#host, more)));
      } else if (run.state.outcome !== null || run.state.interrupted !== null) {
        // The remaining work is disk access, which takes real time.
        await run.done;
        continue;
      } else this.#disturb(run);
      await vi.advanceTimersByTimeAsync(run.state.running.size > 0 ? 5 : 100);
      await new Promise(setImmediate);
    }
    throw new Error('The run does not end.');
  }

  #watch(run: RunHandle): void {
    this.#run = run;
    this.#ended = false;
    void run.done.then(() => {
      this.#ended = true;
    });
  }

  #disturb(run: RunHandle): void {
    const random = this.#random;
    const actions = [
      () => run.pause(),
      () => run.setSlots(random.int(1, 5)),
      () => {
        run.setSlots(1);
        run.setSlots(random.int(1, 5));
      },
      () => this.#host.crash(),
      () => {
        if (random.chance(0.3)) run.interrupt('quit');
      },
    ] as const;
    actAtRandom(run, random, { chance: 0.03, actions });
  }
}

/** Counts calls like a provider with a strict minute. */
function checkMinutes({ crew, log: { calls } }: Controlled): void {
  const limits = [
    { most: crew.settings.max_rpm, own: calls },
    ...crew.agents.map(({ name, max_rpm }) => ({ most: max_rpm, own: calls.filter(({ agent }) => agent === name) })),
  ];
  for (const { most = Number.POSITIVE_INFINITY, own } of limits) {
    for (const { at } of own) {
      const minute = own.filter((call) => call.at > at - 60_000 && call.at <= at);
      expect(minute.length).toBeLessThanOrEqual(most);
    }
  }
}

/** Checks that no process grants a permit during a cooldown. Run time is in whole milliseconds. */
function checkHolds({ log: { calls, refusals } }: Controlled): void {
  for (const { at, retryAfterMs } of refusals) {
    const meanwhile = calls.filter(({ permittedAt }) => permittedAt > at && permittedAt < at + retryAfterMs - 2);
    expect(meanwhile).toEqual([]);
  }
}

function turnOf({ task, turn }: { task: string; turn?: string | undefined }): string {
  return `${task} ${turn ?? ''}`;
}

function checkAll(events: readonly RunEvent[]): void {
  const running = new Map<string, { attempt: number; slot: number }>();
  const leases = new Map<string, number>();
  const waits = new Set<string>();
  const held = new Set<string>();
  let slots = 0;
  for (const event of events) {
    if (event.type === 'run.started') slots = event.settings.slots;
    if (event.type === 'run.slots') slots = event.slots;
    if (event.type === 'run.resumed') held.clear();
    if (event.type === 'agent.held') held.add(event.agent);
    if (event.type === 'agent.freed') held.delete(event.agent);
    if (event.type === 'attempt.started') {
      expect(running.size).toBeLessThan(slots);
      expect(running.has(turnOf(event))).toBe(false);
      expect([...running.values()].map(({ slot }) => slot)).not.toContain(event.slot);
      expect(held.has(event.agent)).toBe(false);
      running.set(turnOf(event), event);
    } else if ('attempt' in event) expect(running.get(turnOf(event))?.attempt).toBe(event.attempt);
    if (event.type === 'resource.requested') waits.add(event.id);
    if (event.type === 'resource.acquired') {
      expect(waits.delete(event.id)).toBe(true);
      leases.set(event.resource, (leases.get(event.resource) ?? 0) + 1);
      if (event.resource === 'net') expect(leases.get('net')).toBe(1);
    }
    if (event.type === 'resource.timed_out') expect(waits.delete(event.id)).toBe(true);
    if (event.type === 'resource.released') leases.set(event.resource, (leases.get(event.resource) ?? 0) - 1);
    if (event.type === 'attempt.ended') running.delete(turnOf(event));
  }
  expect([running.size, waits.size, ...leases.values()].every((left) => left === 0)).toBe(true);
}

describe('random runs with random commands and slot reports', () => {
  test.each(SEEDS)('a random run ends, keeps all limits, and replays to the same state: seed %i', async (seed) => {
    const controlled = new Controlled(seed);
    const run = await controlled.untilEnd();
    const events = await eventsOf(run.dir);
    checkAll(events);
    checkMinutes(controlled);
    checkHolds(controlled);
    const replayed = newRun(controlled.crew);
    const scheduler = new Scheduler(controlled.crew);
    for (const event of events) {
      applyEvent(replayed, event);
      scheduler.apply(event);
    }
    expect(replayed).toEqual(run.state);
    expect(scheduler.next(run.state.t)).toBeNull();
  });
});
