import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Scheduler } from '../../../shared/scheduler/scheduler.ts';
import { World } from './testing/world.ts';

describe('the slots of random batches', () => {
  test('the rows of a batch never exceed slots, pools or agent limits, leave no usable slot idle, and all end', () => {
    const sums = { turns: 0, leases: 0, refused: 0 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seed) => {
        const world = new World(seed);
        world.run();
        sums.turns += world.turns;
        sums.leases += world.leases;
        sums.refused += world.refused;
      }),
      { numRuns: 300 },
    );
    expect(sums.turns).toBeGreaterThan(1000);
    expect(sums.leases).toBeGreaterThan(100);
    expect(sums.refused).toBeGreaterThan(0);
  });

  test('a new scheduler that replays a row’s journal reaches the same state', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seed) => {
        const world = new World(seed);
        world.run();
        for (const { crew, events, scheduler } of world.rows) {
          const fresh = new Scheduler(crew);
          for (const event of events) fresh.apply(event);
          expect(fresh.snapshot()).toEqual(scheduler.snapshot());
        }
      }),
      { numRuns: 50 },
    );
  });
});
