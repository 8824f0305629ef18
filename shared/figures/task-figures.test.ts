import { describe, expect, test } from 'vitest';
import type { Crew } from '../crew/schema.ts';
import { ASSIGNMENT } from '../run/events.ts';
import {
  broke,
  completed,
  finished,
  fold,
  inOrder,
  journal,
  makeCrew,
  ran,
  ready,
  type TimedDraft,
} from '../run/testing/journal.ts';
import { figuresOf } from './figures.ts';

const figures = (crew: Crew, happened: readonly TimedDraft[]) => figuresOf(fold(crew, journal(happened)));
const waitsOf = (all: ReturnType<typeof figures>, name: string) => all.tasks.find((task) => task.name === name)?.waits;

describe('why a task waits', () => {
  test('A second sequential task waits for the lane, and the wait names the task in the lane', () => {
    const crew = makeCrew([
      { name: 'a', async: false },
      { name: 'b', async: false },
    ]);
    const all = figures(
      crew,
      inOrder(
        ready('a', 0),
        ready('b', 0),
        ran('a', 1, 0, 100),
        completed('a', 100),
        ran('b', 1, 100, 150),
        completed('b', 150),
        finished(150),
      ),
    );
    expect(waitsOf(all, 'b')).toEqual([{ reason: 'lane', ms: 100, blockers: ['a'] }]);
    expect(all.path.tasks).toEqual(['a', 'b']);
    expect(all.bottlenecks.ranked).toContainEqual({ kind: 'lane', subject: null, makespanMs: 100, savesMs: 50 });
  });

  test('A task waits for a pool whose units are in use', () => {
    const crew = makeCrew(
      [
        { name: 'a', resources: [{ pool: 'gpu', units: 2 }] },
        { name: 'b', resources: [{ pool: 'gpu' }] },
      ],
      { pools: [{ name: 'gpu', capacity: 2 }] },
    );
    const all = figures(
      crew,
      inOrder(
        ready('a', 0),
        ready('b', 0),
        ran('a', 1, 10, 100),
        completed('a', 100),
        ran('b', 2, 100, 150),
        completed('b', 150),
        finished(150),
      ),
    );
    expect(waitsOf(all, 'b')).toEqual([
      { reason: 'resource', ms: 90, blockers: ['gpu'] },
      { reason: 'slot', ms: 10, blockers: [] },
    ]);
    expect(all.pools).toMatchObject([{ pool: 'gpu', peak: 2, uses: 2, waits: 1, waitMs: 90, longestQueue: 1 }]);
  });

  test('A task waits for a slot if all slots are in use, and the wait names the previous task in its slot', () => {
    const crew = makeCrew([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
    const all = figures(
      crew,
      inOrder(
        ran('a', 1, 0, 50),
        completed('a', 50),
        ran('b', 2, 0, 90),
        completed('b', 90),
        ran('c', 1, 50, 100),
        completed('c', 100),
        finished(100),
      ),
    );
    expect(waitsOf(all, 'c')).toEqual([{ reason: 'slot', ms: 50, blockers: ['a'] }]);
    expect(all.path.tasks).toEqual(['a', 'c']);
  });

  test('A retry, a cooldown, a person and a pause are separate wait reasons, of which the first that applies counts', () => {
    const crew = makeCrew([{ name: 'a', human_review: 'after' }, { name: 'b' }]);
    const all = figures(
      crew,
      inOrder(
        broke('a', 1, 0, 100, 160),
        broke('b', 2, 0, 50, 80, true),
        [140, { type: 'run.paused' }],
        [170, { type: 'run.unpaused' }],
        ran('b', 2, 80, 120, 2),
        completed('b', 120),
        ran('a', 1, 180, 200, 2),
        [200, { type: 'review.asked', task: 'a', when: 'after' }],
        [260, { type: 'review.answered', task: 'a', when: 'after', answer: 'approved' }],
        completed('a', 260),
        finished(260),
      ),
    );
    expect(waitsOf(all, 'a')).toEqual([
      { reason: 'paused', ms: 30, blockers: [] },
      { reason: 'person', ms: 60, blockers: [] },
      { reason: 'retry', ms: 40, blockers: [] },
      { reason: 'slot', ms: 10, blockers: [] },
    ]);
    expect(waitsOf(all, 'b')).toEqual([{ reason: 'rate_limit', ms: 30, blockers: [] }]);
    expect(all.time).toMatchObject({ makespanMs: 230, pausedMs: 30, personMs: 60, failedBusyMs: 150 });
    expect(all.tasks[0]).toMatchObject({ attempts: 2, busyMs: 120, failedBusyMs: 100 });
  });

  test('A task without an agent waits for the assignment, which is busy time but not a task', () => {
    const agents = [
      { name: 'ada', role: 'Worker', goal: 'Work' },
      { name: 'boss', role: 'Manager', goal: 'Choose', manager: true },
    ];
    const crew = makeCrew([{ name: 'a', agent: undefined }], { process: 'hierarchical', agents });
    const all = figures(
      crew,
      inOrder(
        ready('a', 0),
        ran(ASSIGNMENT, 1, 0, 40),
        [40, { type: 'task.assigned', task: 'a', agent: 'ada' }],
        completed(ASSIGNMENT, 40),
        ran('a', 1, 40, 100),
        completed('a', 100),
        finished(100),
      ),
    );
    expect(waitsOf(all, 'a')).toEqual([{ reason: 'assignment', ms: 40, blockers: ['boss'] }]);
    expect(all.counts.total).toBe(1);
    expect(all.time.sequentialMs).toBe(100);
    expect(all.path.tasks).toEqual([ASSIGNMENT, 'a']);
  });
});
