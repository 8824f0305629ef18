import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { computeRanks } from './ranks.ts';
import { Scheduler } from './scheduler.ts';
import { Drive } from './testing/drive.ts';
import { type Scenario, scenarios } from './testing/scenarios.ts';

/** Invariants of every schedule, over random graphs, durations, faults, pauses and changes of the number of slots. */

describe('random runs', () => {
  test('a run respects slots, context, sequential lane, pools and attempts, leaves no slot idle, and ends', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const drive = new Drive(scenario);
        drive.run();
        expect(drive.ended).toEqual(new Set(scenario.crew.tasks.map(({ name }) => name)));
      }),
      { numRuns: 400 },
    );
  });

  test('a new scheduler that replays the events reaches the same state and makes the same decision', () => {
    fc.assert(
      fc.property(scenarios, fc.double({ min: 0, max: 1, noNaN: true }), (scenario, share) => {
        const { rig } = drivenTo(scenario);
        const until = Math.floor(rig.events.length * share);
        const [first, second] = [0, 1].map(() => {
          const scheduler = new Scheduler(scenario.crew);
          scheduler.begin(computeRanks(scenario.crew, {}), scenario.slots);
          for (const event of rig.events.slice(0, until)) scheduler.apply(event);
          return scheduler;
        });
        const t = rig.events[until]?.t ?? rig.t;
        expect(second?.snapshot()).toEqual(first?.snapshot());
        const { t: _t, ...decided } = rig.events[until] ?? { t };
        const next = first?.next(t);
        if (next && 'type' in decided && decided.type === next.type) expect(next).toEqual(decided);
        expect(second?.next(t)).toEqual(next);
      }),
      { numRuns: 200 },
    );
  });
});

function drivenTo(scenario: Scenario): Drive {
  const drive = new Drive(scenario);
  drive.run();
  return drive;
}
