import { describe, expect, test } from 'vitest';
import type { Project } from '../../shared/project/schema.ts';
import type { EventOf } from '../../shared/run/events.ts';
import { exportFiles, exportFolderName } from './export.ts';
import { broke, completed, crew, finished, fold, type Happened, inOrder, journal, ran, ready } from './testing.ts';

function exported(
  project: Project,
  happened: readonly Happened[],
  started: Partial<EventOf<'run.started'>> = {},
  texts: ReadonlyMap<string, string> = new Map([['a', 'The result of a.']]),
): ReadonlyMap<string, string> {
  return exportFiles({ project, state: fold(project, journal(happened, started)), texts });
}

const TWO = crew([{ name: 'a' }, { name: 'b', context: ['a'], async: false }]);
const WELL = inOrder(
  ran('a', 1, 0, 1000),
  completed('a', 1000),
  ran('b', 1, 1000, 2500),
  completed('b', 2500),
  finished(2500),
);
const summaryOf = (files: ReadonlyMap<string, string>) => files.get('SMALL_SUMMARY.md') ?? '';
const dashboardOf = (files: ReadonlyMap<string, string>) => files.get('performance_dashboard.md') ?? '';

describe('the files of an export', () => {
  test('are named after the tasks and the crew without its _crew', () => {
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

  test('are the same to the byte each time they are made', () => {
    expect([...exported(TWO, WELL)]).toEqual([...exported(TWO, WELL)]);
  });

  test('carry the day of the run where it was started, and so does the folder', () => {
    // 23:30 in UTC is the next day in Berlin.
    expect(exportFolderName(TWO, fold(TWO, journal(WELL)))).toBe('small_20261124');
    expect(summaryOf(exported(TWO, WELL))).toContain('**Processing Date:** November 24, 2026');
    expect(dashboardOf(exported(TWO, WELL))).toContain('**Run Started:** 2026-11-24 00:30:05 (Europe/Berlin)');
  });

  test('have a file for a task whose name Windows keeps for itself, with a _ at its end, and share it with no other', () => {
    const files = exported(
      crew([{ name: 'con' }, { name: 'con_' }, { name: 'icon' }]),
      inOrder(ran('con', 1, 0, 10), completed('con', 10), ran('con_', 2, 0, 10), completed('con_', 10), finished(10)),
    );
    expect([...files.keys()].filter((name) => name.endsWith('_result.md'))).toEqual([
      'con__result.md',
      'con___result.md',
      'icon_result.md',
    ]);
  });

  test('say what each task waited for, ran and received', () => {
    const text = exported(TWO, WELL).get('b_result.md') ?? '';
    expect(text).toMatch(/^# B Result\n/);
    expect(text).toContain('**Execution Type:** Sequential');
    expect(text).toContain('- Waited: 1.00 s for its context (`a`)');
    expect(text).toContain('- Ran: 1.50 s (from 1.00 s to 2.50 s of the run, last in slot 1)');
    expect(text).toContain('- Context received: `a`');
  });

  test('count one as one', () => {
    expect(dashboardOf(exported(TWO, WELL))).toContain('- **Peak Concurrency:** 1 turn at once\n');
  });

  test('keep the sections of the dashboard in their order', () => {
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

  test('hold a table of tasks and a record that programs read', () => {
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

describe('proposals, votes and checks', () => {
  test('are told in the file of their task and in the summary', () => {
    const agents = ['ada', 'bo', 'cy'].map((name) => ({ name, role: 'Worker', goal: 'Work' }));
    const project = crew([{ name: 'a', agent: undefined }], { process: 'consensual', agents });
    const of = { task: 'a', attempt: 1 };
    const proposed = (agent: string): Happened[] => [
      [0, { type: 'attempt.started', ...of, turn: `propose:${agent}`, slot: 1, agent }],
      [50, { type: 'attempt.ended', ...of, turn: `propose:${agent}`, result: 'ok', text: `${agent}'s` }],
    ];
    const vote = (agent: string, choice: string): Happened => [
      80,
      { type: 'vote', ...of, turn: `vote:${agent}`, agent, choice },
    ];
    const check = { type: 'check', ...of, turn: 'propose:bo', what: 'guardrail', passed: false } as const;
    const files = exported(
      project,
      inOrder(
        agents.flatMap(({ name }) => proposed(name)),
        [20, { ...check, detail: 'it is too long' }],
        [vote('ada', 'bo'), vote('bo', 'ada'), vote('cy', 'bo')],
        [90, { type: 'task.assigned', task: 'a', agent: 'bo' }],
        completed('a', 90),
        finished(90),
      ),
    );
    const text = files.get('a_result.md');
    expect(text).toContain('**Processing Agent:** `bo`');
    expect(text).toContain('- Votes: 2 for `bo` (`ada` and `cy`), 1 for `ada` (`bo`), 0 for `cy`');
    expect(text).toContain('- Checks: guardrail failed (it is too long)');
    expect(files.get('SMALL_SUMMARY.md')).toContain(
      'It was so for 1 task, 0 of them without a vote for another proposal.',
    );
  });

  test('of the manager are told as its reviews', () => {
    const agents = [
      { name: 'boss', role: 'Boss', goal: 'Lead', manager: true },
      { name: 'ada', role: 'Worker', goal: 'Work' },
    ];
    const check = { type: 'check', task: 'a', attempt: 1, what: 'manager_review' } as const;
    const files = exported(
      crew([{ name: 'a' }], { process: 'hierarchical', agents }),
      inOrder(
        ran('a', 1, 0, 100),
        [50, { ...check, passed: false, detail: 'Shorter.' }],
        completed('a', 100),
        finished(100),
      ),
    );
    expect(files.get('a_result.md')).toContain("- Checks: manager's review: sent back (Shorter.)");
    expect(dashboardOf(files)).toContain('**Reviews by the Manager:** 0 approved, 1 sent back');
    expect(files.get('SMALL_SUMMARY.md')).toContain('looked at 1 answer and sent 1 back');
  });
});

describe('reviews', () => {
  const reviewed = crew([{ name: 'a', human_review: 'after' }]);
  const asked = (t: number): Happened => [t, { type: 'review.asked', task: 'a', when: 'after' }];
  const answered = (t: number, answer: Partial<EventOf<'review.answered'>>): Happened => [
    t,
    { type: 'review.answered', task: 'a', when: 'after', answer: 'approved', by: 'person', ...answer },
  ];

  test('are told with their remarks, and a result that a person edited is marked in every file', () => {
    const files = exported(
      reviewed,
      inOrder(
        ran('a', 1, 0, 100),
        asked(100),
        answered(200, { answer: 'sent_back', remark: 'Say it *shorter*' }),
        ran('a', 1, 200, 300, 2),
        asked(300),
        answered(400, { answer: 'edited' }),
        [400, { type: 'task.completed', task: 'a', text: 'Better.', edited: true }],
        finished(400),
      ),
    );
    const result = files.get('a_result.md') ?? '';
    expect(result).toContain('**Status:** completed, edited by a person');
    expect(result).toContain(
      '- Reviews: sent back by a person with the remark “Say it \\*shorter\\*”; edited by a person',
    );
    expect(result).toContain('- Waited: 0.20 s for a person');
    expect(dashboardOf(files)).toContain('**Reviews by a Person:** 0 approved, 1 edited, 1 sent back, 0 unanswered');
    expect(summaryOf(files)).toContain('**Success Rate:** 100.0% (1 edited by a person)');
    expect(JSON.parse(files.get('run.json') ?? '')).toMatchObject({ results: [{ task: 'a', edited: true }] });
  });

  test('that nobody made are not called reviews by a person', () => {
    const files = exported(
      reviewed,
      inOrder(
        ran('a', 1, 0, 100),
        asked(100),
        answered(100, { by: 'approve_all' }),
        completed('a', 100),
        finished(100),
      ),
    );
    expect(files.get('a_result.md')).toContain('- Reviews: approved beforehand, without being looked at');
    expect(dashboardOf(files)).toContain('**Reviews by a Person:** 1 approved beforehand, without being looked at');
  });

  test('that are open leave their task without a result', () => {
    const files = exported(
      reviewed,
      inOrder(ran('a', 1, 0, 100), asked(100), [150, { type: 'run.interrupted', reason: 'review' }]),
      {},
      new Map(),
    );
    expect(files.get('a_result.md')).toContain("waits for a person's review");
    expect(dashboardOf(files)).toContain('0 sent back, 1 unanswered');
  });
});

describe('a budget', () => {
  test('is named with what was spent of it, when it was used up, and how the run went on', () => {
    const project = crew([{ name: 'a' }, { name: 'b', context: ['a'] }], { settings: { budget_usd: 0.5 } });
    const paid = (task: string, t: number): Happened => {
      const numbers = { ms: 50, first_token_ms: 10, prompt_tokens: 10, completion_tokens: 5, cost_usd: 0.5 };
      return [t, { type: 'llm.call', task, attempt: 1, agent: 'ada', model: 'm', ...numbers }];
    };
    const [startA, endA] = ran('a', 1, 0, 100);
    const [startB, endB] = ran('b', 1, 300, 400);
    const files = exported(
      project,
      inOrder(
        startA ? [startA] : [],
        paid('a', 90),
        [90, { type: 'budget.reached', spent_usd: 0.5, budget_usd: 0.5 }],
        endA ? [endA] : [],
        completed('a', 100),
        ready('b', 100),
        [300, { type: 'budget.set', budget_usd: 2, spent_usd: 0.5 }],
        startB ? [startB] : [],
        paid('b', 390),
        endB ? [endB] : [],
        completed('b', 400),
        finished(400),
      ),
    );
    const text = '**Budget:** $2.00, $1.00 spent; $0.5000 used up at 0.09 s, and nothing new was started until 0.30 s';
    expect(dashboardOf(files)).toContain(text);
    expect(summaryOf(files)).toContain(`${text}.`);
    expect(dashboardOf(files)).toContain('**Waited for a Person with Nothing Else to Run:** 0.20 s');
    expect(files.get('b_result.md')).toContain('0.20 s for a person');
  });
});

describe('a run that did not go well reads so', () => {
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

  test('a failed run says so first, and nothing in it calls it a success', () => {
    const files = exported(TWO, failedRun);
    expect(summaryOf(files)).toContain('> **This run failed.** 0 tasks of 2 completed, 1 failed, 1 was skipped.');
    expect(summaryOf(files)).toContain('The run failed: 0.0% of its tasks completed');
    expect(summaryOf(files)).not.toContain('The run completed');
    expect(files.get('a_result.md')).toContain('This task failed (`auth`): The key was refused.');
    expect(files.get('b_result.md')).toContain('This task was skipped, because `a` did not complete.');
    expect(dashboardOf(files)).toContain('**Repair A:**');
  });

  test('a cancelled run counts what was cancelled', () => {
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

  test('an interrupted run can be reported, and says why it stopped', () => {
    const files = exported(
      TWO,
      inOrder(ran('a', 1, 0, 100), completed('a', 100), [130, { type: 'run.interrupted', reason: 'disk' }]),
    );
    expect(summaryOf(files)).toContain('> **This run is interrupted:** its journal could not be written.');
    expect(files.get('b_result.md')).toContain('This task has not ended');
  });

  test('a degraded run names the results that had to do without something', () => {
    const files = exported(
      TWO,
      inOrder(
        ran('a', 1, 0, 100),
        [100, { type: 'task.failed', task: 'a', kind: 'output', message: 'It is no JSON.' }],
        ran('b', 1, 100, 200),
        [200, { type: 'task.completed', task: 'b', text: 'done', degraded: true, missing: ['a'] }],
        finished(200, 'completed_degraded'),
      ),
    );
    expect(summaryOf(files)).toContain(
      '> **Completed, degraded.** 1 result had to do without something, 1 task failed',
    );
    expect(files.get('b_result.md')).toContain('`a` (missing)');
  });

  test('a rehearsal says so in the first line of both reports', () => {
    const files = exported(TWO, WELL, { rehearsal: true });
    expect(summaryOf(files).split('\n')[0]).toBe('# Small Executive Summary (rehearsal)');
    expect(dashboardOf(files).split('\n')[0]).toBe('# Small Performance Dashboard (rehearsal)');
  });

  test('a run in which nothing ran has reports too', () => {
    const files = exported(TWO, [[5, { type: 'run.interrupted', reason: 'slots' }]]);
    expect(dashboardOf(files)).toContain('No task was started.');
    expect(dashboardOf(files)).not.toMatch(/NaN|Infinity|undefined/);
    expect(summaryOf(files)).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('names and messages that would break a document', () => {
  const title = 'A | "B" <img src=x onerror=alert(1)> `c`: [d](http://e) ]; # & 50%';
  const hostile = crew([{ name: 'a', title, category: '=SUM(A1)' }]);
  const files = exported(
    hostile,
    inOrder(
      [1, { type: 'attempt.started', task: 'a', attempt: 1, slot: 1, agent: 'ada' }],
      [9, { type: 'attempt.ended', task: 'a', attempt: 1, result: 'error', kind: 'tool', message: 'no | such\nfile' }],
      [9, { type: 'task.failed', task: 'a', kind: 'tool', message: 'no | such\n# file <b>' }],
      finished(9, 'failed'),
    ),
  );

  test('stay inside their cell, and bring no HTML or link along', () => {
    const dashboard = dashboardOf(files);
    const tables = dashboard.split('\n').filter((line) => line.startsWith('| ') && line.includes('50%'));
    expect(tables.length).toBeGreaterThan(0);
    for (const row of tables) expect(row).toContain('A \\| "B" &lt;img');
    expect(dashboard).not.toContain('<img');
    expect(dashboard.replace(/```mermaid[\s\S]*?```/g, '')).not.toContain('[d](http');
  });

  test('stay inside the quotes and lines of a Mermaid drawing', () => {
    const dashboard = dashboardOf(files);
    expect(dashboard).toContain(
      't0["A | #34;B#34; #60;img src=x onerror=alert(1)#62; #96;c#96;: [d](http://e) ]#59; #35; #38; 50%"]:::failed',
    );
    expect(dashboard).toMatch(/^ {2}A \| B img src=x onerror=alert\(1\) c \[d\]\(http \/\/e\) \] 50 :active, /m);
  });

  test('are escaped in the drawings, and are no formula in the table', () => {
    expect(files.get('timeline.svg')).not.toContain('<img');
    expect(files.get('graph.svg')).toContain('&lt;img');
    expect(files.get('tasks.csv')).toContain(",'=SUM(A1),");
  });
});

test('a crew with more tasks than viewers draw is drawn by category, and says what is left out', () => {
  const names = Array.from({ length: 101 }, (_, at) => `task_${at}`);
  const large = crew(
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
});

describe('what the provider refused and which processes ended', () => {
  const origin = 'http://127.0.0.1:1';
  const crash = { type: 'slot.exited', slot: 1, pid: 4711, reason: 'memory', detail: 'over its memory limit' } as const;
  const files = exported(
    TWO,
    inOrder(
      [[0, { type: 'slot.started', slot: 1, pid: 4711 }]],
      broke('a', 1, 0, 100, 1300, true),
      [[100, { type: 'limiter', origin, in_flight: 1, reason: 'refused', until: 1300 }]],
      ran('a', 1, 1300, 2000, 2),
      [[1800, { type: 'limiter', origin, in_flight: 2, reason: 'recovered' }]],
      completed('a', 2000),
      [[2000, crash]],
      [[2050, { type: 'slot.started', slot: 1, pid: 4712 }]],
      ran('b', 1, 2100, 2500),
      completed('b', 2500),
      finished(2500),
    ),
  );

  test('stand in the dashboard, with the time that it cost', () => {
    const text = dashboardOf(files);
    expect(text).toContain('| `http://127.0.0.1:1` | 1 | 1 | 1 | 1.20 s |');
    expect(text).toContain('1 task waited for the limit of a model without a slot, 1.20 s together.');
    expect(text).toContain(
      '0.10 s, `http://127.0.0.1:1`: the provider refused a call; at most 1 call at once instead of 2; asked to wait 1.20 s, until 1.30 s',
    );
    expect(text).toContain('2.00 s, slot 1: process 4711 ended: over 1,024 MiB; replaced');
    expect(text).toContain('**Slots Restarted:** 1 time (1 over the memory limit)');
    expect(text).toContain('the limiter stepped down 1 time, tasks waited 1.20 s together');
  });

  test('stand in the summary and beside the result of the task that was tried again', () => {
    expect(summaryOf(files)).toContain('**Slots:** restarted 1 time (1 over the memory limit).');
    const result = files.get('a_result.md') ?? '';
    expect(result).toMatch(/- 1 in slot 1, from 0\.00 s to 0\.10 s: error .*the next one not before 1\.30 s/);
    expect(result).toContain('- 2 in slot 1, from 1.30 s to 2.00 s: answered');
    expect(files.get('b_result.md')).not.toContain('**Attempts:**');
  });

  test('are marks in the trace and in the drawing', () => {
    expect(files.get('trace.json')).toContain('"name": "process 4711 ended: over 1,024 MiB; replaced"');
    expect(files.get('trace.json')).toContain('"name": "asked to wait"');
    expect(files.get('timeline.svg')).toContain('2.00 s: process 4711 ended: over 1,024 MiB; replaced');
    expect(files.get('timeline.svg')).toContain('The provider asked to wait, 0.10 s to 1.30 s');
  });

  test('are no restart where a run went on in another process, or a slot was no longer needed', () => {
    const resumed = exported(
      TWO,
      inOrder(
        [[0, { type: 'slot.started', slot: 1, pid: 1 }]],
        [[10, { type: 'run.resumed', wall_ms: 0, versions: {} }]],
        [[10, { type: 'slot.started', slot: 1, pid: 2 }]],
        [[20, { type: 'slot.exited', slot: 1, pid: 2, reason: 'ended' }]],
        [[30, { type: 'slot.started', slot: 1, pid: 3 }]],
        finished(40),
      ),
    );
    expect(dashboardOf(resumed)).toContain('**Slots Restarted:** none');
  });
});
