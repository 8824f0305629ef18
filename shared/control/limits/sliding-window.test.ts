import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SlidingWindow, type WindowUse } from './sliding-window.ts';

interface Plain {
  amount: number;
  leaves: number;
  use: WindowUse;
}

/** An operation on a window, some milliseconds after the previous operation. */
const step = fc.record({
  ms: fc.integer({ min: 0, max: 40_000 }),
  act: fc.constantFrom('add', 'date', 'lower'),
  which: fc.nat(20),
  amount: fc.integer({ min: 0, max: 50 }),
});

test('the sum covers the calls in the window, whenever they are dated and whatever amount they finally use', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const window = new SlidingWindow();
      const calls: Plain[] = [];
      let t = 0;
      for (const { ms, act, which, amount } of steps) {
        t += ms;
        const call = calls[which % Math.max(1, calls.length)];
        if (act === 'add') calls.push({ amount, leaves: t + 90_000, use: window.add(t, amount) });
        // A call that has left the minute is not dated: its permit is given back once.
        else if (act === 'date' && call && call.leaves > t) {
          call.leaves = t + amount * 1000;
          window.leaveAt(call.use, call.leaves);
        } else if (act === 'lower' && call) {
          call.amount = Math.min(call.amount, amount);
          window.lower(call.use, amount);
        }
        const left = calls.filter(({ leaves }) => leaves > t);
        expect(window.sum(t)).toBe(left.reduce((sum, one) => sum + one.amount, 0));
        if (left.length > 0) expect(window.next).toBe(Math.min(...left.map(({ leaves }) => leaves)));
      }
    }),
  );
});
