import { describe, expect, test } from 'vitest';
import { completed, fold, inOrder, journal, makeCrew, ran, type TimedDraft } from '../run/testing/journal.ts';
import { measuredFigures } from './figures.ts';

describe('the completed part of the declared workload', () => {
  const measured = (measure: object, happened: readonly TimedDraft[], texts = new Map<string, string>()) => {
    const crew = makeCrew([{ name: 'a', category: 'Analysis' }, { name: 'b' }], {
      workload: { it: { declared: 10, measure } },
    });
    return measuredFigures(fold(crew, journal(happened)), { texts }).workload[0]?.measured;
  };
  const read = (task: string, t: number, rows: number, all: boolean): TimedDraft => [
    t,
    {
      type: 'tool.call',
      task,
      attempt: 1,
      agent: 'ada',
      call_id: `call-${t}`,
      name: 'query_data',
      ms: 1,
      ok: true,
      measured: { reads: [{ file: 'data.csv', rows, all }] },
    },
  ];
  const write = (task: string, t: number, file: string): TimedDraft => [
    t,
    {
      type: 'tool.call',
      task,
      attempt: 1,
      agent: 'ada',
      call_id: `call-${t}`,
      name: 'file_writer',
      ms: 1,
      ok: true,
      measured: { writes: [file] },
    },
  ];
  const run = (...more: TimedDraft[]) => inOrder(ran('a', 1, 0, 100), ran('b', 2, 0, 100), more, completed('a', 100));

  test('Rows of a file that was read completely twice count once', () => {
    expect(
      measured(
        { rows_of: 'data.csv' },
        run(read('a', 10, 500, true), read('a', 20, 500, true), read('a', 30, 40, false)),
      ),
    ).toBe(500);
  });

  test('A file that was only read in part counts with its largest part', () => {
    expect(measured({ rows_of: 'data.csv' }, run(read('a', 10, 30, false), read('a', 20, 40, false)))).toBe(40);
  });

  test('Files that no completed task has read are not measured', () => {
    expect(measured({ rows_of: 'data.csv' }, run(read('b', 10, 500, true)))).toBe(null);
    expect(measured({ rows_of: 'other.csv' }, run(read('a', 10, 500, true)))).toBe(null);
  });

  test('Files that match the pattern count once each', () => {
    const files = run(
      write('a', 10, 'content/x/1.md'),
      write('a', 20, 'content/x/1.md'),
      write('b', 30, 'content/2.md'),
      write('b', 40, 'other/3.md'),
    );
    expect(measured({ files_written: 'content/**' }, files)).toBe(2);
    expect(measured({ files_written: 'content/*.md' }, files)).toBe(1);
  });

  test('items of a list in a JSON result are counted', () => {
    const texts = new Map([['a', '```json\n{"report": {"items": [1, 2, 3]}}\n```']]);
    expect(measured({ items: { task: 'a', path: 'report.items' } }, run(), texts)).toBe(3);
    expect(measured({ items: { task: 'a', path: 'report' } }, run(), texts)).toBe(null);
  });

  test('Checks and milestones with a passed value count as checks', () => {
    const checks = run(
      [10, { type: 'check', task: 'a', attempt: 1, what: 'guardrail', passed: true }],
      [20, { type: 'milestone', task: 'a', attempt: 1, name: 'totals match', data: { passed: false } }],
      [30, { type: 'milestone', task: 'a', attempt: 1, name: 'half way', data: { share: 0.5 } }],
    );
    expect(measured({ checks: 'a' }, checks)).toBe(2);
  });

  test('Completed tasks of a category are counted; the category may be the agent', () => {
    expect(measured({ completed: 'Analysis' }, run())).toBe(1);
    expect(measured({ completed: 'ada' }, run())).toBe(0);
  });
});
