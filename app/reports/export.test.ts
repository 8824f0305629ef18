import { describe, expect, test } from 'vitest';
import { broke, completed, finished, fold, inOrder, journal, makeCrew, ran } from '../../shared/run/testing/journal.ts';
import { exportFolderName } from './export.ts';
import { dashboardOf, exported, summaryOf, TWO, WELL } from './testing/exported.ts';

describe('the files of an export', () => {
  test('exported files are named after the tasks and the crew name without _crew', () => {
    expect([...exported(TWO, WELL).keys()]).toEqual([
      'a_result.md',
      'b_result.md',
      'performance_dashboard.md',
      'SMALL_SUMMARY.md',
      'timeline.svg',
      'graph.svg',
      'run.json',
      'tasks.csv',
      'trace.json',
    ]);
  });

  test('an export of the same run always has the same bytes', () => {
    expect([...exported(TWO, WELL)]).toEqual([...exported(TWO, WELL)]);
  });

  test('exported files and their folder have the date of the run in its own time zone', () => {
    // 23:30 in UTC is the next day in Berlin.
    expect(exportFolderName(TWO, fold(TWO, journal(WELL)))).toBe('small_20261124');
    expect(summaryOf(exported(TWO, WELL))).toContain('**Processing Date:** November 24, 2026');
    expect(dashboardOf(exported(TWO, WELL))).toContain('**Run Started:** 2026-11-24 00:30:05 (Europe/Berlin)');
  });

  test('a task with a name that Windows reserves has its own file, with a _ at the end of the name', () => {
    const files = exported(
      makeCrew([{ name: 'con' }, { name: 'con_' }, { name: 'icon' }]),
      inOrder(ran('con', 1, 0, 10), completed('con', 10), ran('con_', 2, 0, 10), completed('con_', 10), finished(10)),
    );
    expect([...files.keys()].filter((name) => name.endsWith('_result.md'))).toEqual([
      'con__result.md',
      'con___result.md',
      'icon_result.md',
    ]);
  });

  test('a result file lists the waits, the running time and the context of its task', () => {
    const text = exported(TWO, WELL).get('b_result.md') ?? '';
    expect(text).toMatch(/^# B Result\n/);
    expect(text).toContain('**Execution Type:** Sequential');
    expect(text).toContain('- Waited: 1.00 s for its context (`a`)');
    expect(text).toContain('- Ran: 1.50 s (from 1.00 s to 2.50 s of the run, last in slot 1)');
    expect(text).toContain('- Context received: `a`');
  });

  test('a count of one has a singular noun', () => {
    expect(dashboardOf(exported(TWO, WELL))).toContain('- **Peak Concurrency:** 1 turn at once\n');
  });

  test('the dashboard has its sections in a fixed order', () => {
    const headings = dashboardOf(exported(TWO, WELL)).match(/^## .*$/gm);
    expect(headings).toEqual([
      '## Execution Performance',
      '## Resource Utilization',
      '## Dependency Management',
      '## Performance Bottlenecks',
      '## Quality and Reliability',
      '## Scaling Projections',
      '## What the Figures Mean',
    ]);
  });

  test('an export contains a table of tasks and a record for programs', () => {
    const files = exported(TWO, WELL);
    expect(files.get('tasks.csv')?.split('\r\n')).toHaveLength(4);
    const record: unknown = JSON.parse(files.get('run.json') ?? '');
    expect(record).toMatchObject({
      format: 'crewlane-run/1',
      makespan_s: 2.5,
      figures: { time: { sequential_ms: 2500 } },
    });
    const trace: unknown = JSON.parse(files.get('trace.json') ?? '');
    expect(trace).toMatchObject({
      traceEvents: expect.arrayContaining([expect.objectContaining({ ph: 'X', ts: 1_000_000, dur: 1_500_000 })]),
    });
  });
});

describe('runs that did not complete normally', () => {
  const failedRun = inOrder(
    broke('a', 1, 0, 100, 150),
    [150, { type: 'attempt.started', task: 'a', attempt: 2, slot: 1, agent: 'ada' }],
    [
      300,
      { type: 'attempt.ended', task: 'a', attempt: 2, result: 'error', kind: 'auth', message: 'The key was refused.' },
    ],
    [300, { type: 'task.failed', task: 'a', kind: 'auth', message: 'The key was refused.' }],
    [300, { type: 'task.skipped', task: 'b', because: ['a'] }],
    finished(300, 'failed'),
  );

  test('the reports of a failed run begin with the failure and never call the run a success', () => {
    const files = exported(TWO, failedRun);
    expect(summaryOf(files)).toContain('> **This run failed.** 0 tasks of 2 completed, 1 failed, 1 was skipped.');
    expect(summaryOf(files)).toContain('The run failed: 0.0% of its tasks completed');
    expect(summaryOf(files)).not.toContain('The run completed');
    expect(files.get('a_result.md')).toContain('This task failed (`auth`): The key was refused.');
    expect(files.get('b_result.md')).toContain('This task was skipped, because `a` did not complete.');
    expect(dashboardOf(files)).toContain('**Repair A:**');
  });

  test('the reports of a cancelled run count the cancelled tasks', () => {
    const files = exported(
      TWO,
      inOrder(
        ran('a', 1, 0, 100),
        completed('a', 100),
        [120, { type: 'task.cancelled', task: 'b' }],
        finished(120, 'cancelled'),
      ),
    );
    expect(summaryOf(files)).toContain('> **This run was cancelled.** 1 task of 2 had completed, 1 was cancelled.');
    expect(files.get('b_result.md')).toContain('This task was cancelled before it had a result.');
  });

  test('the reports of an interrupted run state why it stopped', () => {
    const files = exported(
      TWO,
      inOrder(ran('a', 1, 0, 100), completed('a', 100), [130, { type: 'run.interrupted', reason: 'disk' }]),
    );
    expect(summaryOf(files)).toContain('> **This run is interrupted:** its journal could not be written.');
    expect(files.get('b_result.md')).toContain('This task has not ended');
  });

  test('the reports of a degraded run count the degraded results', () => {
    const files = exported(
      TWO,
      inOrder(
        ran('a', 1, 0, 100),
        [100, { type: 'task.failed', task: 'a', kind: 'output', message: 'It is not JSON.' }],
        ran('b', 1, 100, 200),
        [200, { type: 'task.completed', task: 'b', text: 'done', degraded: true, missing: ['a'] }],
        finished(200, 'completed_degraded'),
      ),
    );
    expect(summaryOf(files)).toContain('> **Completed, degraded.** 1 result is degraded, 1 task failed');
    expect(files.get('b_result.md')).toContain('`a` (missing)');
  });

  test('both reports of a rehearsal state it in the first line', () => {
    const files = exported(TWO, WELL, { rehearsal: true });
    expect(summaryOf(files).split('\n')[0]).toBe('# Small Executive Summary (rehearsal)');
    expect(dashboardOf(files).split('\n')[0]).toBe('# Small Performance Dashboard (rehearsal)');
  });

  test('a run in which nothing ran has reports', () => {
    const files = exported(TWO, [[5, { type: 'run.interrupted', reason: 'slots' }]]);
    expect(dashboardOf(files)).toContain('No task was started.');
    expect(dashboardOf(files)).not.toMatch(/NaN|Infinity|undefined/);
    expect(summaryOf(files)).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('names and messages with markup', () => {
  const title = 'A | "B" <img src=x onerror=alert(1)> `c`: [d](http://e) ]; # & 50%';
  const hostile = makeCrew([{ name: 'a', title, category: '=SUM(A1)' }]);
  const files = exported(
    hostile,
    inOrder(
      [1, { type: 'attempt.started', task: 'a', attempt: 1, slot: 1, agent: 'ada' }],
      [9, { type: 'attempt.ended', task: 'a', attempt: 1, result: 'error', kind: 'tool', message: 'no | such\nfile' }],
      [9, { type: 'task.failed', task: 'a', kind: 'tool', message: 'no | such\n# file <b>' }],
      finished(9, 'failed'),
    ),
  );

  test('names and messages stay inside their cell, without HTML and links', () => {
    const dashboard = dashboardOf(files);
    const tables = dashboard.split('\n').filter((line) => line.startsWith('| ') && line.includes('50%'));
    expect(tables.length).toBeGreaterThan(0);
    for (const row of tables) expect(row).toContain('A \\| "B" &lt;img');
    expect(dashboard).not.toContain('<img');
    expect(dashboard.replace(/```mermaid[\s\S]*?```/g, '')).not.toContain('[d](http');
  });

  test('Names stay inside the quotes and lines of a Mermaid drawing', () => {
    const dashboard = dashboardOf(files);
    expect(dashboard).toContain(
      't0["A | #34;B#34; #60;img src=x onerror=alert(1)#62; #96;c#96;: [d](http://e) ]#59; #35; #38; 50%"]:::failed',
    );
    expect(dashboard).toMatch(/^ {2}A \| B img src=x onerror=alert\(1\) c \[d\]\(http \/\/e\) \] 50 :active, /m);
  });

  test('Names are escaped in the drawings and never become formulas in the table', () => {
    expect(files.get('timeline.svg')).not.toContain('<img');
    expect(files.get('graph.svg')).toContain('&lt;img');
    expect(files.get('tasks.csv')).toContain(",'=SUM(A1),");
  });
});

test('a crew with more tasks than viewers draw is drawn by category, with a note on what is left out', () => {
  const names = Array.from({ length: 101 }, (_, at) => `task_${at}`);
  const large = makeCrew(
    names.map((name, at) => ({
      name,
      category: at % 2 === 0 ? 'Even' : 'Odd',
      context: at === 0 ? [] : [`task_${at - 1}`],
    })),
  );
  const happened = inOrder(
    ...names.map((name, at) => [...ran(name, 1, at * 10, at * 10 + 10), completed(name, at * 10 + 10)]),
    finished(1010),
  );
  const dashboard = dashboardOf(exported(large, happened));
  expect(dashboard).toContain('c0["Even (51)"]');
  expect(dashboard).toContain('c0 -->|50| c1');
  expect(dashboard).toContain('The crew has 101 tasks and 100 dependencies, more than viewers draw');
  expect(dashboard).toContain('The run had 101 turns of 101 tasks, more than viewers draw');
  expect(dashboard).toContain('](timeline_overview.svg)');
  expect(dashboard).toContain('[timeline.svg](timeline.svg) has all 101 tasks.');
});

describe('a run of more tasks than a page can show', () => {
  const names = Array.from({ length: 400 }, (_, at) => `task_${at}`);
  const happened = inOrder(
    ...names.map((name, at) => {
      const start = Math.floor(at / 2) * 100;
      return [...ran(name, (at % 2) + 1, start, start + 100 - (at % 7)), completed(name, start + 100)];
    }),
    finished(20_000),
  );
  const files = exported(makeCrew(names.map((name) => ({ name }))), happened);
  const rowsIn = (name: string) => (files.get(name) ?? '').match(/>Task \d+<\/text>/g)?.length ?? 0;

  test('a run with too many tasks for a page has an additional picture of the most relevant tasks', () => {
    expect(rowsIn('timeline_overview.svg')).toBeGreaterThanOrEqual(50);
    expect(rowsIn('timeline_overview.svg')).toBeLessThan(rowsIn('timeline.svg') / 2);
    expect(files.get('timeline_overview.svg')).toContain(' of 400 tasks, of the critical path and the longest');
    expect(files.get('timeline.svg')).toContain('Task 399');
    expect(Number(/height="(\d+)/.exec(files.get('timeline_overview.svg') ?? '')?.[1])).toBeLessThan(2600);
  });

  test('the dashboard of a run with too many tasks for a page links the graph instead of showing it', () => {
    expect(dashboardOf(files)).not.toContain('](graph.svg)\n![');
    expect(dashboardOf(files)).toContain('[graph.svg](graph.svg) is the graph of all 400 tasks');
  });
});

test('the two drawings of the graph mark the same dependencies as critical', () => {
  // All three are on the critical path, but it does not go from a to c directly.
  const crew = makeCrew([{ name: 'a' }, { name: 'b', context: ['a'] }, { name: 'c', context: ['a', 'b'] }]);
  const files = exported(
    crew,
    inOrder(
      ...['a', 'b', 'c'].flatMap((name, at) => [
        ...ran(name, 1, at * 100, at * 100 + 100),
        completed(name, at * 100 + 100),
      ]),
      finished(300),
    ),
  );
  expect(dashboardOf(files).match(/t\d ==> t\d/g)).toEqual(['t0 ==> t1', 't1 ==> t2']);
  expect(files.get('graph.svg')?.match(/url\(#critical\)/g)).toHaveLength(2);
});
