import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Deadline } from './deadline.ts';

const clock = { monotonicMs: () => performance.now(), wallMs: () => 0, random: () => 0 };
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('it passes when its time has run down, once, and not after it was cleared', () => {
  const passed = vi.fn();
  new Deadline(1000, clock, passed);
  vi.advanceTimersByTime(999);
  expect(passed).not.toHaveBeenCalled();
  vi.advanceTimersByTime(100_000);
  expect(passed).toHaveBeenCalledTimes(1);
  const cleared = vi.fn();
  new Deadline(1000, clock, cleared).clear();
  vi.advanceTimersByTime(100_000);
  expect(cleared).not.toHaveBeenCalled();
});

test('it stands still while any wait lasts, however waits overlap', () => {
  const steps = fc.array(
    fc.record({ what: fc.constantFrom('hold', 'release', 'run'), ms: fc.integer({ min: 0, max: 500 }) }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(steps, (happened) => {
      let left = 3000;
      let holds = 0;
      const passed = vi.fn();
      const deadline = new Deadline(left, clock, passed);
      for (const { what, ms } of happened) {
        if (what === 'hold') {
          deadline.pause();
          holds += 1;
        } else if (what === 'release') {
          deadline.resume();
          holds = Math.max(0, holds - 1);
        }
        vi.advanceTimersByTime(ms);
        if (holds === 0) left -= ms;
        expect(passed).toHaveBeenCalledTimes(left <= 0 ? 1 : 0);
        if (left <= 0) return;
      }
      deadline.clear();
    }),
  );
});

test('time in which the machine sleeps does not count', () => {
  let sleptMs = 0;
  const sleeping = { ...clock, monotonicMs: () => performance.now() + sleptMs };
  for (const [leftMs, atMs] of [
    [6000, 1500],
    [1000, 500],
    [6000, 5999],
  ] as const) {
    const passed = vi.fn();
    const deadline = new Deadline(leftMs, sleeping, passed);
    vi.advanceTimersByTime(atMs);
    // All timers are late by this much when the machine wakes up.
    sleptMs += 9000;
    vi.advanceTimersByTime(1);
    expect(passed).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000 + leftMs);
    expect(passed).toHaveBeenCalledTimes(1);
    deadline.clear();
  }
});

test('a wait that begins after a sleep does not count the sleep either', () => {
  let sleptMs = 0;
  const passed = vi.fn();
  const deadline = new Deadline(2000, { ...clock, monotonicMs: () => performance.now() + sleptMs }, passed);
  vi.advanceTimersByTime(500);
  sleptMs += 3_600_000;
  deadline.pause();
  deadline.resume();
  expect(passed).not.toHaveBeenCalled();
  vi.advanceTimersByTime(900);
  expect(passed).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1100);
  expect(passed).toHaveBeenCalledTimes(1);
});
