import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadlines } from './deadlines.ts';

/** Deadlines on a virtual clock, woken as the engine wakes them. */
class Driven {
  readonly deadlines = new Deadlines();
  readonly expired: string[] = [];
  t = 0;

  start(id: string, ms: number): void {
    this.deadlines.reduce({ type: 'deadline.started', id, ms }, this.t);
  }

  pause(id: string): void {
    this.deadlines.reduce({ type: 'deadline.paused', id }, this.t);
  }

  resume(id: string): void {
    this.deadlines.reduce({ type: 'deadline.resumed', id }, this.t);
  }

  end(id: string): void {
    this.deadlines.reduce({ type: 'deadline.ended', id }, this.t);
  }

  /** Lets time pass, with a tick whenever one is due. */
  pass(ms: number): void {
    const to = this.t + ms;
    for (let wake = this.deadlines.wakeAt(); wake !== null && wake <= to; wake = this.deadlines.wakeAt()) {
      this.t = Math.max(this.t, wake);
      this.#tick();
    }
    this.t = to;
  }

  /** Lets time pass in which the process does not run, so that all ticks are late. */
  sleep(ms: number): void {
    this.t += ms;
  }

  #tick(): void {
    this.deadlines.reduce({ type: 'tick' }, this.t);
    for (let next = this.deadlines.next(this.t); next !== null; next = this.deadlines.next(this.t)) {
      this.expired.push(next.id);
      this.deadlines.reduce(next, this.t);
    }
  }
}

test('a deadline expires when its time is over, once, and not after it has ended', () => {
  const driven = new Driven();
  driven.start('one', 1000);
  driven.pass(999);
  expect(driven.expired).toEqual([]);
  driven.pass(1);
  expect(driven.expired).toEqual(['one']);
  driven.pass(100_000);
  expect(driven.expired).toEqual(['one']);
  driven.start('two', 1000);
  driven.end('two');
  driven.pass(100_000);
  expect(driven.expired).toEqual(['one']);
  expect(driven.deadlines.wakeAt()).toBeNull();
});

test('a deadline does not advance while any wait lasts, however waits overlap, and others do', () => {
  const steps = fc.array(
    fc.record({ what: fc.constantFrom('pause', 'resume', 'run'), ms: fc.integer({ min: 0, max: 500 }) }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(steps, (happened) => {
      let left = 3000;
      let waits = 0;
      let passed = 0;
      const driven = new Driven();
      driven.start('other', 100_000);
      driven.start('one', left);
      for (const { what, ms } of happened) {
        if (what === 'pause') {
          driven.pause('one');
          waits += 1;
        } else if (what === 'resume') {
          driven.resume('one');
          waits = Math.max(0, waits - 1);
        }
        driven.pass(ms);
        passed += ms;
        if (waits === 0) left -= ms;
        expect(driven.expired).toEqual(left <= 0 ? ['one'] : []);
        if (left <= 0) break;
      }
      driven.pass(99_999 - passed);
      expect(driven.expired).not.toContain('other');
      driven.pass(1);
      expect(driven.expired).toContain('other');
    }),
  );
});

test('time in which the machine sleeps does not count', () => {
  for (const [leftMs, atMs] of [
    [6000, 1500],
    [1000, 500],
    [6000, 5999],
  ] as const) {
    const driven = new Driven();
    driven.start('one', leftMs);
    driven.pass(atMs);
    driven.sleep(9000);
    driven.pass(0);
    expect(driven.expired).toEqual([]);
    driven.pass(1000 + leftMs);
    expect(driven.expired).toEqual(['one']);
  }
});

test('a wait that begins after a sleep does not count the sleep either', () => {
  const driven = new Driven();
  driven.start('one', 2000);
  driven.pass(500);
  driven.sleep(3_600_000);
  driven.pause('one');
  driven.resume('one');
  driven.pass(900);
  expect(driven.expired).toEqual([]);
  driven.pass(1100);
  expect(driven.expired).toEqual(['one']);
});
