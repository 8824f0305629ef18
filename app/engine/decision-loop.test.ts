import { expect, test } from 'vitest';
import { DecisionLoop } from './decision-loop.ts';

test('a time that comes just after a decision was asked for, and before the clock is set, is not slept through', async () => {
  // Run time goes on between the question and the setting of the clock, as a timer that fires a little early has it.
  const times = [9, 10];
  const now = () => times.shift() ?? 10;
  const carriedOut = new Promise<number>((resolve) => {
    let started = false;
    const loop: DecisionLoop = new DecisionLoop({
      decider: {
        next: (t) => (t >= 10 && !started ? { type: 'run.unpaused' } : null),
        wakeAt: () => (started ? null : 10),
      },
      now,
      isOver: () => started,
      carryOut: () => {
        started = true;
        resolve(now());
      },
      onIdle: () => loop.setWake(),
      ended: () => undefined,
      alsoWakeAt: () => null,
      woken: () => undefined,
    });
    loop.pump();
  });
  expect(await carriedOut).toBe(10);
});
