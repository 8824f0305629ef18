import { afterEach, beforeEach, expect, test } from 'vitest';
import { InstantHost } from './testing/instant-host.ts';
import { handleOf, makeCrew, Rig } from './testing/rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

test('a run of ten thousand tasks completes all of them and never blocks its process for long', async () => {
  const tasks = Array.from({ length: 10_000 }, (_, index) => ({
    name: `task_${index}`,
    context: index < 10 ? [] : [`task_${Math.floor(index / 10)}`],
  }));
  const host = new InstantHost();
  let turnsOfTheLoop = 0;
  const run = handleOf(await rig.tryToStart(makeCrew(tasks), 8, {}, host));
  const beat = setInterval(() => {
    turnsOfTheLoop += 1;
  }, 5);
  const end = await run.done;
  clearInterval(beat);
  expect(end).toEqual({ status: 'finished', outcome: 'completed' });
  expect(host.acknowledged).toBe(10_000);
  expect(run.state.turns).toHaveLength(10_000);
  expect(turnsOfTheLoop).toBeGreaterThan(5);
});
