import { afterEach, describe, expect, test, vi } from 'vitest';
import { crewSchema } from '../../../shared/project/schema.ts';
import { curveToShow, foundOf, kneeOf, simulations, slotsTried, withAnswer } from './what-if.ts';
import { answersTo, type WhatIfAnswer } from './what-if-answers.ts';

const points = (makespans: Readonly<Record<number, number>>) =>
  Object.entries(makespans).map(([slots, makespanMs]) => ({ slots: Number(slots), makespanMs }));

describe('the knee', () => {
  test('is where doubling the slots gains less than a tenth', () => {
    expect(kneeOf(points({ 1: 100, 2: 50, 3: 40, 4: 30, 8: 28 }))?.slots).toBe(4);
  });

  test('is one slot for a chain, and unknown before there is a point', () => {
    expect(kneeOf(points({ 1: 100, 2: 100, 4: 100 }))?.slots).toBe(1);
    expect(kneeOf([])).toBeNull();
  });
});

const task = (name: string) => ({ name, description: 'd', expected_output: 'o', agent: 'ada' });
const crew = crewSchema.parse({ format: 'crewlane/1', name: 'crew', tasks: ['a', 'b', 'c'].map(task) });

test('no more slots are tried than there are tasks to fill them', () => {
  expect(slotsTried(crew)).toEqual([1, 2, 3, 4, 5]);
});

describe('the curve of makespan over slots', () => {
  const some = points({ 1: 100, 2: 60 });
  const whole = points({ 1: 90, 2: 50, 3: 40 });

  test('grows as it is worked out, the first time', () => {
    expect(curveToShow([], some, 3)).toBe(some);
  });

  test('stays as it is until the one that follows it is whole', () => {
    expect(curveToShow(whole, some, 3)).toBe(whole);
    expect(curveToShow(whole, points({ 1: 80, 2: 45, 3: 35 }), 3)).toEqual(points({ 1: 80, 2: 45, 3: 35 }));
  });
});

test('of another crew or run neither the curve nor the schedule of the one before is shown', () => {
  const found = {
    of: 'run 1',
    points: points({ 1: 100, 2: 60 }),
    simulation: { makespan_ms: 60, tasks: {} },
    failed: false,
  };
  expect(foundOf('run 1', found)).toBe(found);
  expect(foundOf('run 2', found)).toEqual({ of: 'run 2', points: [], simulation: null, failed: false });
});

describe('where schedules cannot be simulated', () => {
  afterEach(() => vi.unstubAllGlobals());

  const question = { project: crew, capacities: {}, scheduleSlots: 2, curve: [1, 2] };

  test('that is said after what could be, and the curve is not taken for whole', () => {
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

  test('since their worker broke down, that is said, and the next question has another worker, which is told the crew', () => {
    class BrokenWorker extends EventTarget {
      static all: BrokenWorker[] = [];
      readonly told: { project: unknown }[] = [];
      constructor() {
        super();
        BrokenWorker.all.push(this);
      }
      postMessage(message: { project: unknown }): void {
        this.told.push(message);
      }
      terminate(): void {}
    }
    vi.stubGlobal('Worker', BrokenWorker);
    const ask = simulations();
    const taken: WhatIfAnswer[] = [];
    const durations = { a: 10, b: 10, c: 10 };
    ask({ ...question, durations }, (answer) => taken.push(answer));
    BrokenWorker.all[0]?.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }));
    expect(taken).toEqual([{ id: 1, kind: 'failed', message: 'out of memory' }]);
    ask({ ...question, durations }, (answer) => taken.push(answer));
    expect(BrokenWorker.all[1]?.told).toMatchObject([{ project: crew }]);
  });
});
