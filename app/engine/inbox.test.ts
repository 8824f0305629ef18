import { afterEach, expect, test, vi } from 'vitest';
import type { Effect } from './effect.ts';
import { Inbox, type Steps } from './inbox.ts';
import type { Input } from './input.ts';

afterEach(() => void vi.useRealTimers());

const CLOSE: Effect = { type: 'close' };

/** Steps that write down what is done to them. */
class Recorded implements Steps {
  readonly log: string[] = [];
  readonly #effects: Effect[] = [];
  decisions = 0;
  wakeAt: number | null = null;

  react(input: Input): void {
    this.log.push(input.type);
    if (input.type === 'begin') this.#effects.push(CLOSE);
  }

  decide(): boolean {
    if (this.decisions === 0) return false;
    this.decisions -= 1;
    this.log.push('decision');
    return true;
  }

  rest(): number | null {
    this.log.push('rest');
    return this.wakeAt;
  }

  takeEffects(): readonly Effect[] {
    return this.#effects.splice(0);
  }
}

test('an input that arrives while effects are performed is handled before the next decision', () => {
  const steps = new Recorded();
  const inbox: Inbox = new Inbox(
    steps,
    (effect) => {
      steps.log.push(effect.type);
      inbox.receive({ type: 'continue' });
      steps.log.push('performed');
    },
    { now: () => 0 },
  );
  steps.decisions = 2;
  inbox.receive({ type: 'begin' });
  expect(steps.log).toEqual(['begin', 'close', 'performed', 'continue', 'decision', 'decision', 'rest']);
});

test('a wake time that passes between the last decision and the setting of the timer is not missed', () => {
  vi.useFakeTimers();
  const steps = new Recorded();
  // The wake-up time has passed by the time the timer is set.
  const inbox = new Inbox(steps, () => undefined, { now: () => 11 });
  steps.wakeAt = 10;
  inbox.receive({ type: 'continue' });
  steps.wakeAt = null;
  vi.advanceTimersByTime(1);
  expect(steps.log).toEqual(['continue', 'rest', 'timer', 'rest']);
});

test('the loop wakes at the last requested time, and not after it was stopped', () => {
  vi.useFakeTimers({ now: 0 });
  const steps = new Recorded();
  const inbox = new Inbox(steps, () => undefined, { now: () => Date.now() });
  steps.wakeAt = 50;
  inbox.receive({ type: 'continue' });
  steps.wakeAt = 1000;
  inbox.receive({ type: 'continue' });
  steps.log.length = 0;
  vi.advanceTimersByTime(999);
  expect(steps.log).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(steps.log).toEqual(['timer', 'rest']);
  inbox.stop();
  vi.advanceTimersByTime(10_000);
  expect(steps.log).toEqual(['timer', 'rest']);
});

test('many decisions are made in slices, between which the process can do other work', async () => {
  const steps = new Recorded();
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1));
  const inbox = new Inbox(steps, () => undefined, { now: () => 0 });
  steps.decisions = 100;
  inbox.receive({ type: 'begin' });
  vi.restoreAllMocks();
  expect(steps.decisions).toBeGreaterThan(0);
  expect(steps.log).not.toContain('rest');
  await vi.waitFor(() => expect(steps.log.at(-1)).toBe('rest'));
  expect(steps.decisions).toBe(0);
});
