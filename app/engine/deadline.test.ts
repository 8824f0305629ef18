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
          deadline.hold();
          holds += 1;
        } else if (what === 'release') {
          deadline.release();
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
