import { describe, expect, test } from 'vitest';
import { type RunOptions, VirtualRun } from './testing/virtual-run.ts';

const SEEDS = Array.from({ length: 150 }, (_, seed) => seed + 1);

/** Runs each seed to its end. An assertion that fails names its seed. */
function everyRun(options: RunOptions, check: (run: VirtualRun) => void): void {
  for (const seed of SEEDS) {
    try {
      const run = new VirtualRun(seed, options);
      run.run();
      check(run);
    } catch (error) {
      throw new Error(`Seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
}

describe('the whole engine in virtual time', () => {
  test('random runs keep every invariant at every step, and end', () => {
    const met = {
      starts: 0,
      rests: 0,
      calls: 0,
      retries: 0,
      throttled: 0,
      leases: 0,
      reviews: 0,
      written: 0,
      hours: 0,
    };
    const ends = new Set<string>();
    everyRun({ kills: false }, ({ invariants, provider, events, counts }) => {
      met.starts += invariants.starts;
      met.rests += invariants.rests;
      met.calls += provider.calls;
      met.written += counts.written;
      met.hours += (events.at(-1)?.t ?? 0) / 3_600_000;
      for (const event of events) {
        if (event.type === 'attempt.ended' && event.retry_at !== undefined) met.retries += 1;
        if (event.type === 'agent.held') met.throttled += 1;
        if (event.type === 'resource.acquired') met.leases += 1;
        if (event.type === 'review.answered') met.reviews += 1;
        if (event.type === 'run.finished') ends.add(event.outcome);
        if (event.type === 'run.interrupted') ends.add(event.reason);
      }
    });
    // The runs meet what they are meant to test.
    for (const [what, count] of Object.entries(met)) expect(count, what).toBeGreaterThan(what === 'hours' ? 1 : 50);
    const all = ['budget', 'cancelled', 'completed', 'completed_degraded', 'disk', 'failed', 'quit', 'review'];
    expect([...ends].sort()).toEqual(all);
  });

  test('runs whose process is killed and that another process resumes keep every invariant, and end', () => {
    let kills = 0;
    everyRun({ kills: true }, ({ counts }) => {
      kills += counts.kills;
    });
    expect(kills).toBeGreaterThan(50);
  });

  test('the same seed gives the same events', () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const [first, second] = [new VirtualRun(seed, { kills: true }), new VirtualRun(seed, { kills: true })];
      first.run();
      second.run();
      expect(second.events).toEqual(first.events);
    }
  });
});
