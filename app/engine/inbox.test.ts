import { afterEach, expect, test, vi } from 'vitest';
import type { Effect } from '../../shared/control/base/effect.ts';
import type { Input } from '../../shared/control/base/input.ts';
import type { Step } from '../../shared/control/run-control.ts';
import { Inbox, type Shell, type Steps } from './inbox.ts';

afterEach(() => void vi.useRealTimers());

const CLOSE: Effect = { type: 'close' };

/** Steps that record their calls. */
class Recorded implements Steps {
  readonly log: string[] = [];
  decisions = 0;
  wakesAt: number | null = null;

  step(input: Input | null): Step {
    if (input) this.log.push(input.type);
    const effects = input?.type === 'begin' ? [CLOSE] : [];
    return { events: [], blobs: [], effects, rests: !input && !this.#decide() };
  }

  wakeAt(): number | null {
    return this.wakesAt;
  }

  #decide(): boolean {
    this.log.push(this.decisions > 0 ? 'decision' : 'rest');
    if (this.decisions === 0) return false;
    this.decisions -= 1;
    return true;
  }
}

function shell(now: () => number, perform: (effect: Effect) => void = () => undefined): Shell {
  return { now, perform, append: () => undefined };
}

test('an input that arrives while effects are performed is handled before the next decision', () => {
  const steps = new Recorded();
  const inbox: Inbox = new Inbox(
    steps,
    shell(
      () => 0,
      (effect) => {
        steps.log.push(effect.type);
        inbox.receive({ type: 'continue' });
        steps.log.push('performed');
      },
    ),
  );
  steps.decisions = 2;
  inbox.receive({ type: 'begin' });
  expect(steps.log).toEqual(['begin', 'close', 'performed', 'continue', 'decision', 'decision', 'rest']);
});

test('a wake time that passes between the last decision and the setting of the timer is not missed', () => {
  vi.useFakeTimers();
  const steps = new Recorded();
  // The wake-up time has passed by the time the timer is set.
  const inbox = new Inbox(
    steps,
    shell(() => 11),
  );
  steps.wakesAt = 10;
  inbox.receive({ type: 'continue' });
  steps.wakesAt = null;
  vi.advanceTimersByTime(1);
  expect(steps.log).toEqual(['continue', 'rest', 'timer', 'rest']);
});

test('the loop wakes at the last requested time, and not after it was stopped', () => {
  vi.useFakeTimers({ now: 0 });
  const steps = new Recorded();
  const inbox = new Inbox(
    steps,
    shell(() => Date.now()),
  );
  steps.wakesAt = 50;
  inbox.receive({ type: 'continue' });
  steps.wakesAt = 1000;
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
  const inbox = new Inbox(
    steps,
    shell(() => 0),
  );
  steps.decisions = 100;
  inbox.receive({ type: 'begin' });
  vi.restoreAllMocks();
  expect(steps.decisions).toBeGreaterThan(0);
  expect(steps.log).not.toContain('rest');
  await vi.waitFor(() => expect(steps.log.at(-1)).toBe('rest'));
  expect(steps.decisions).toBe(0);
});
