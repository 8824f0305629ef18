import { afterEach, describe, expect, test, vi } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { curveToShow, kneeOf, resultsFor, simulations, slotCountsOf, withAnswer } from './what-if.ts';
import { answersTo, type WhatIfAnswer } from './what-if-answers.ts';

const points = (makespans: Readonly<Record<number, number>>) =>
  Object.entries(makespans).map(([slots, makespanMs]) => ({ slots: Number(slots), makespanMs }));

describe('The knee', () => {
  test('The knee is the number of slots whose doubling saves less than a tenth', () => {
    expect(kneeOf(points({ 1: 100, 2: 50, 3: 40, 4: 30, 8: 28 }))?.slots).toBe(4);
  });

  test('The knee is one slot for a chain, and unknown without points', () => {
    expect(kneeOf(points({ 1: 100, 2: 100, 4: 100 }))?.slots).toBe(1);
    expect(kneeOf([])).toBeNull();
  });
});

const task = (name: string) => ({ name, description: 'd', expected_output: 'o', agent: 'ada' });
const crew = crewSchema.parse({ format: 'crewlane/1', name: 'crew', tasks: ['a', 'b', 'c'].map(task) });

test('The curve has no more slots than tasks', () => {
  expect(slotCountsOf(crew)).toEqual([1, 2, 3, 4, 5]);
});

describe('The curve of makespan over slots', () => {
  const some = points({ 1: 100, 2: 60 });
  const whole = points({ 1: 90, 2: 50, 3: 40 });

  test('The curve of makespan over slots grows while it is computed for the first time', () => {
    expect(curveToShow([], some, 3)).toBe(some);
  });

  test('The curve of makespan over slots remains until its successor is complete', () => {
    expect(curveToShow(whole, some, 3)).toBe(whole);
    expect(curveToShow(whole, points({ 1: 80, 2: 45, 3: 35 }), 3)).toEqual(points({ 1: 80, 2: 45, 3: 35 }));
  });
});

test('The curve of makespan over slots disappears with the schedule when another crew or run is shown', () => {
  const found = {
    of: 'run 1',
    points: points({ 1: 100, 2: 60 }),
    simulation: { makespan_ms: 60, tasks: {} },
    failed: false,
  };
  expect(resultsFor('run 1', found)).toBe(found);
  expect(resultsFor('run 2', found)).toEqual({ of: 'run 2', points: [], simulation: null, failed: false });
});

describe('A failed simulation', () => {
  afterEach(() => vi.unstubAllGlobals());

  const question = { crew, capacities: {}, scheduleSlots: 2, curve: [1, 2] };

  test('A failed simulation is reported after the successful points, and the curve is not treated as complete', () => {
    let asked = 0;
    const durations = {
      get a(): number {
        asked += 1;
        if (asked > 2) throw new Error('no length');
        return 10;
      },
      b: 10,
      c: 10,
    };
    const answers = [...answersTo({ ...question, id: 7, durations }, crew)];
    expect(answers.map(({ kind }) => kind)).toEqual(['schedule', 'point', 'failed']);
    expect(answers.at(-1)).toEqual({ id: 7, kind: 'failed', message: 'no length' });
    const known = answers.reduce(withAnswer, { points: [], simulation: null, failed: false });
    expect(known).toMatchObject({ points: [{ slots: 1, makespanMs: 30 }], failed: true });
  });

  test('A failed simulation caused by a worker crash is reported, and the next request uses a new worker with the crew', () => {
    class BrokenWorker extends EventTarget {
      static all: BrokenWorker[] = [];
      readonly received: { crew: unknown }[] = [];
      constructor() {
        super();
        BrokenWorker.all.push(this);
      }
      postMessage(message: { crew: unknown }): void {
        this.received.push(message);
      }
      terminate(): void {}
    }
    vi.stubGlobal('Worker', BrokenWorker);
    const ask = simulations();
    const replies: WhatIfAnswer[] = [];
    const durations = { a: 10, b: 10, c: 10 };
    ask({ ...question, durations }, (answer) => replies.push(answer));
    BrokenWorker.all[0]?.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
    expect(replies).toEqual([{ id: 1, kind: 'failed', message: 'out of memory' }]);
    ask({ ...question, durations }, (answer) => replies.push(answer));
    expect(BrokenWorker.all[1]?.received).toMatchObject([{ crew }]);
  });
});
