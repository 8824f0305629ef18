import { describe, expect, test } from 'vitest';
import { newRun } from '../../../shared/run/fold.ts';
import type { RunState } from '../../../shared/run/state.ts';
import {
  completed,
  finished,
  fold,
  inOrder,
  journal,
  makeCrew,
  ran,
  ready,
  type TimedDraft,
} from '../../../shared/run/testing/journal.ts';
import { segmentsOf } from '../../../shared/run/waits.ts';
import { exportFiles } from '../export.ts';
import { batchFigures } from './figures.ts';
import { rowFigures } from './row.ts';
import { batchSummary } from './summary.ts';

const crew = makeCrew([{ name: 'draft' }, { name: 'polish', context: ['draft'] }]);
const BATCH_WALL_MS = 1_000_000;

/**
 * Two slots for three rows; times of the batch:
 *
 *     slot 1   row 1 draft 0–100   row 1 polish 100–300
 *     slot 2   row 2 draft 10–110  row 3 draft 110–210     row 3 polish 210–310
 */
function row(number: number, startMs: number, happened: readonly (TimedDraft | TimedDraft[])[]): RunState {
  const batch = { batch: 'b', row: number, rows: 4, start_ms: startMs };
  return fold(crew, journal(inOrder(...happened), { run: `b-row-${number}`, batch }));
}

const one = row(1, 0, [
  ready('draft', 0),
  ran('draft', 1, 0, 100),
  completed('draft', 100),
  ready('polish', 100),
  ran('polish', 1, 100, 300),
  completed('polish', 300),
  finished(300),
]);
const two = row(2, 10, [
  ready('draft', 0),
  [0, { type: 'attempt.started', task: 'draft', attempt: 1, slot: 2, agent: 'ada' }],
  [100, { type: 'attempt.ended', task: 'draft', attempt: 1, result: 'error', kind: 'http', message: 'Status 400' }],
  [100, { type: 'task.failed', task: 'draft', kind: 'http', message: 'Status 400' }],
  [100, { type: 'task.skipped', task: 'polish', because: ['draft'] }],
  finished(100, 'failed'),
]);
const three = row(3, 50, [
  ready('draft', 0),
  [60, { type: 'slot.granted', slot: 2, from: { row: 2, task: 'draft' } }],
  ran('draft', 2, 60, 160),
  completed('draft', 160),
  ready('polish', 160),
  ran('polish', 2, 160, 260),
  completed('polish', 260),
  finished(260),
]);

function figuresOf(...states: RunState[]) {
  const rows = states.map((state, at) =>
    rowFigures(crew, state, { row: at + 1, inputs: { topic: `t${at + 1}` }, batchWallMs: BATCH_WALL_MS }),
  );
  return batchFigures(rows, 0);
}

describe('the figures of a batch', () => {
  test('The figures of a batch cover all rows, with row times converted to batch time.', () => {
    const figures = figuresOf(one, two, three);
    expect(figures).toMatchObject({
      outcome: 'failed',
      ended: { completed: 2, failed: 1, interrupted: 0, not_started: 0 },
      counts: { total: 6, completed: 4, failed: 1, skipped: 1 },
      makespanMs: 310,
      cutOffMs: 0,
      sequentialMs: 600,
      concurrency: { peak: 2 },
      slots: 2,
      boundMs: 300,
      rowMs: { least: 100, median: 260, most: 300 },
    });
    expect(figures.successRate).toBeCloseTo(4 / 6);
    expect(figures.utilization).toBeCloseTo(600 / 620);
    expect(figures.concurrency.mean).toBeCloseTo(600 / 310);
    expect(figures.timeSaved).toBeCloseTo(1 - 310 / 600);
  });

  test('A row that has not started is listed as such, and its tasks do not count as completed.', () => {
    const figures = figuresOf(one, newRun(crew));
    expect(figures).toMatchObject({ outcome: 'interrupted', ended: { completed: 1, not_started: 1, interrupted: 0 } });
    expect(figures.successRate).toBe(0.5);
  });

  test('Time without an owner is not part of the makespan.', () => {
    const cutOff = fold(crew, [
      ...journal(inOrder(ready('draft', 0), ran('draft', 1, 0, 100), completed('draft', 100), ready('polish', 100)), {
        batch: { batch: 'b', row: 1, rows: 1, start_ms: 0 },
      }),
      { type: 'run.resumed', seq: 7, t: 100, wall_ms: BATCH_WALL_MS + 5000, versions: {}, batch_ms: 5000 },
      { type: 'attempt.started', seq: 8, t: 100, task: 'polish', attempt: 1, slot: 1, agent: 'ada' },
      { type: 'attempt.ended', seq: 9, t: 150, task: 'polish', attempt: 1, result: 'ok' },
      { type: 'task.completed', seq: 10, t: 150, task: 'polish', text: 'done' },
      { type: 'run.finished', seq: 11, t: 150, outcome: 'completed' },
    ]);
    expect(figuresOf(cutOff)).toMatchObject({ makespanMs: 150, cutOffMs: 4900, resumedAlone: 0, sequentialMs: 150 });
  });
});

describe('the summary of a batch', () => {
  const moment = { wallMs: BATCH_WALL_MS, utcOffsetMin: 0 };

  test('The batch summary has one linked line per row and lists each failure once with its rows.', () => {
    const text = batchSummary(crew, figuresOf(one, two, two), moment, 'UTC');
    expect(text).toContain('| [1](row_1/SMALL_SUMMARY.md) | topic: t1 | completed | 2 of 2 | 0.00 s | 0.30 s |');
    expect(text).toContain('| Draft | `http` | Status 400 | 2 | 2, 3 |');
    expect(text).not.toContain('interrupted');
  });

  test('The summary of an interrupted batch says so first and names the rows that did not start.', () => {
    const text = batchSummary(crew, figuresOf(one, newRun(crew)), moment, 'UTC');
    expect(text).toMatch(/^# .*\n\n> \*\*This batch is interrupted:\*\* 0 rows .* 1 did not start/);
    expect(text).toContain('| 2 | topic: t2 | not started | 0 of 2 |');
  });
});

describe('shared pools and agents', () => {
  /**
   * - db, capacity 1: row 1 draft 0–100; row 2 draft 110–210, which waited for it from 10 to 100, then for its slot
   * - ada, at most 2 turns: the same, and row 1 polish 100–200
   */
  const sharing = makeCrew(
    [
      { name: 'draft', resources: [{ pool: 'db', units: 1 }] },
      { name: 'polish', context: ['draft'] },
    ],
    {
      pools: [{ name: 'db', capacity: 1 }],
      agents: [{ name: 'ada', role: 'Worker', goal: 'Work', max_concurrent: 2 }],
    },
  );
  const rowOf = (number: number, start_ms: number, happened: readonly (TimedDraft | TimedDraft[])[]) =>
    fold(sharing, journal(inOrder(...happened), { batch: { batch: 'b', row: number, rows: 2, start_ms } }));
  const first = rowOf(1, 0, [
    ready('draft', 0),
    ran('draft', 1, 0, 100),
    completed('draft', 100),
    ran('polish', 1, 100, 200),
    completed('polish', 200),
    finished(200),
  ]);
  const second = rowOf(2, 10, [
    ready('draft', 0),
    [0, { type: 'pool.room', pool: 'db', free: 0 }],
    [90, { type: 'pool.room', pool: 'db', free: 1 }],
    ran('draft', 2, 100, 200),
    completed('draft', 200),
    finished(200),
  ]);
  const figures = batchFigures(
    [first, second].map((state, at) =>
      rowFigures(sharing, state, { row: at + 1, inputs: {}, batchWallMs: BATCH_WALL_MS }),
    ),
    0,
  );

  test('A task waits for a pool whose units are used by another row.', () => {
    expect(segmentsOf(second, second.t).get('draft')).toEqual([
      { kind: 'waiting', start: 0, end: 90, reason: 'resource', blocker: 'db', after: null },
      { kind: 'waiting', start: 90, end: 100, reason: 'slot', blocker: null, after: null },
      { kind: 'running', start: 100, end: 200 },
    ]);
  });

  test('Shared use is counted over all rows and gives a lower bound of the batch.', () => {
    expect(figures.shared).toMatchObject([
      { name: 'db', kind: 'pool', capacity: 1, peak: 1, waits: 1, waitMs: 90, boundMs: 200 },
      { name: 'ada', kind: 'agent', capacity: 2, peak: 2, waits: 0, boundMs: 150 },
    ]);
    const text = batchSummary(sharing, figures, { wallMs: BATCH_WALL_MS, utcOffsetMin: 0 }, 'UTC');
    expect(text).toContain('| `db` | 1 | 1 | 0.95 | 1 | 0.09 s |');
    expect(text).toContain('| turns of `ada` | 2 | 2 |');
  });
});

describe('the reports of a row', () => {
  test('The reports of a row say that its slots were shared and give no utilization.', () => {
    const files = exportFiles({ crew, state: three, texts: new Map() });
    for (const name of ['performance_dashboard.md', 'SMALL_SUMMARY.md'])
      expect(files.get(name)).toContain('**Row 3 of 4 of a batch.**');
    expect(files.get('performance_dashboard.md')).toContain('**Slot Utilization:** not given for a row of a batch');
    expect(files.get('SMALL_SUMMARY.md')).not.toContain('Slot Utilization');
    expect(JSON.parse(files.get('run.json') ?? '')).toMatchObject({ started: { batch: { row: 3, rows: 4 } } });
  });

  test('The reports of a row name the row that a task waited for.', () => {
    expect(segmentsOf(three, three.t).get('draft')?.[0]).toEqual({
      kind: 'waiting',
      start: 0,
      end: 60,
      reason: 'slot',
      blocker: 'row 2',
      after: null,
    });
    expect(exportFiles({ crew, state: three, texts: new Map() }).get('draft_result.md')).toContain('(`row 2`)');
  });
});
