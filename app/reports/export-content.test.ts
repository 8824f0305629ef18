import { describe, expect, test } from 'vitest';
import type { EventOf } from '../../shared/run/events.ts';
import {
  broke,
  completed,
  finished,
  inOrder,
  makeCrew,
  ran,
  ready,
  type TimedDraft,
} from '../../shared/run/testing/journal.ts';
import { dashboardOf, exported, summaryOf, TWO } from './testing/exported.ts';

describe('proposals, votes and checks', () => {
  test('proposals, votes and checks are in the file of their task and in the summary', () => {
    const agents = ['ada', 'bo', 'cy'].map((name) => ({ name, role: 'Worker', goal: 'Work' }));
    const crew = makeCrew([{ name: 'a', agent: undefined }], { process: 'consensual', agents });
    const of = { task: 'a', attempt: 1 };
    const proposed = (agent: string): TimedDraft[] => [
      [0, { type: 'attempt.started', ...of, turn: `propose:${agent}`, slot: 1, agent }],
      [50, { type: 'attempt.ended', ...of, turn: `propose:${agent}`, result: 'ok', text: `${agent}'s` }],
    ];
    const vote = (agent: string, choice: string): TimedDraft => [
      80,
      { type: 'vote', ...of, turn: `vote:${agent}`, agent, choice },
    ];
    const check = { type: 'check', ...of, turn: 'propose:bo', what: 'guardrail', passed: false } as const;
    const files = exported(
      crew,
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
    expect(files.get('SMALL_SUMMARY.md')).toContain('This run chose the results of 1 task this way.');
  });

  test('checks by the manager are reported as manager reviews', () => {
    const agents = [
      { name: 'boss', role: 'Boss', goal: 'Lead', manager: true },
      { name: 'ada', role: 'Worker', goal: 'Work' },
    ];
    const check = { type: 'check', task: 'a', attempt: 1, what: 'manager_review' } as const;
    const files = exported(
      makeCrew([{ name: 'a' }], { process: 'hierarchical', agents }),
      inOrder(
        ran('a', 1, 0, 100),
        [50, { ...check, passed: false, detail: 'Shorter.' }],
        completed('a', 100),
        finished(100),
      ),
    );
    expect(files.get('a_result.md')).toContain("- Checks: manager's review: sent back (Shorter.)");
    expect(dashboardOf(files)).toContain('**Reviews by the Manager:** 0 approved, 1 sent back');
    expect(files.get('SMALL_SUMMARY.md')).toContain('reviewed 1 answer and sent 1 back');
  });
});

describe('reviews', () => {
  const reviewed = makeCrew([{ name: 'a', human_review: 'after' }]);
  const asked = (t: number): TimedDraft => [t, { type: 'review.asked', task: 'a', when: 'after' }];
  const answered = (t: number, answer: Partial<EventOf<'review.answered'>>): TimedDraft => [
    t,
    { type: 'review.answered', task: 'a', when: 'after', answer: 'approved', by: 'person', ...answer },
  ];

  test('reviews are reported with their remarks, and a result that a person edited is marked in every file', () => {
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

  test('reviews that were approved in advance do not count as reviews by a person', () => {
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
    expect(files.get('a_result.md')).toContain('- Reviews: approved in advance without a review');
    expect(dashboardOf(files)).toContain('**Reviews by a Person:** 1 approved in advance without a review');
  });

  test('an open review leaves its task without a result', () => {
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
  test('The reports name the budget, the amount spent, when it was used up, and how the run continued', () => {
    const crew = makeCrew([{ name: 'a' }, { name: 'b', context: ['a'] }], { settings: { budget_usd: 0.5 } });
    const paid = (task: string, t: number): TimedDraft => {
      const numbers = { ms: 50, first_token_ms: 10, prompt_tokens: 10, completion_tokens: 5, cost_usd: 0.5 };
      return [t, { type: 'llm.call', task, attempt: 1, agent: 'ada', model: 'm', ...numbers }];
    };
    const [startA, endA] = ran('a', 1, 0, 100);
    const [startB, endB] = ran('b', 1, 300, 400);
    const files = exported(
      crew,
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

describe('refusals by providers and ends of processes', () => {
  const origin = 'http://127.0.0.1:1';
  const crash = {
    type: 'slot.exited',
    slot: 1,
    where: 'local:4711',
    reason: 'memory',
    detail: 'over its memory limit',
  } as const;
  const files = exported(
    TWO,
    inOrder(
      [[0, { type: 'slot.started', slot: 1, where: 'local:4711' }]],
      broke('a', 1, 0, 100, 1300, true),
      [[100, { type: 'limiter', origin, in_flight: 1, reason: 'refused', until: 1300 }]],
      ran('a', 1, 1300, 2000, 2),
      [[1800, { type: 'limiter', origin, in_flight: 2, reason: 'recovered' }]],
      completed('a', 2000),
      [[2000, crash]],
      [[2050, { type: 'slot.started', slot: 1, where: 'local:4712' }]],
      ran('b', 1, 2100, 2500),
      completed('b', 2500),
      finished(2500),
    ),
  );

  test('Refusals appear in the dashboard, with the time that they cost', () => {
    const text = dashboardOf(files);
    expect(text).toContain('| `http://127.0.0.1:1` | 1 | 1 | 1 | 1.20 s |');
    expect(text).toContain('1 task waited for the limit of a model without a slot, 1.20 s together.');
    expect(text).toContain(
      '0.10 s, `http://127.0.0.1:1`: the provider refused a call; at most 1 call at once instead of 2; cooldown of 1.20 s, until 1.30 s',
    );
    expect(text).toContain('2.00 s, slot 1: process local:4711 ended: over 1,024 MiB; replaced');
    expect(text).toContain('**Slots Restarted:** 1 time (1 over the memory limit)');
    expect(text).toContain('the call limit was lowered 1 time, tasks waited 1.20 s together');
  });

  test('Restarts appear in the summary and next to the result of the task that was retried', () => {
    expect(summaryOf(files)).toContain('**Slots:** restarted 1 time (1 over the memory limit).');
    const result = files.get('a_result.md') ?? '';
    expect(result).toMatch(/- 1 in slot 1, from 0\.00 s to 0\.10 s: error .*the next one not before 1\.30 s/);
    expect(result).toContain('- 2 in slot 1, from 1.30 s to 2.00 s: answered');
    expect(files.get('b_result.md')).not.toContain('**Attempts:**');
  });

  test('Refusals and restarts are marks in the trace and in the drawing', () => {
    expect(files.get('trace.json')).toContain('"name": "process local:4711 ended: over 1,024 MiB; replaced"');
    expect(files.get('trace.json')).toContain('"name": "cooldown"');
    expect(files.get('timeline.svg')).toContain('2.00 s: process local:4711 ended: over 1,024 MiB; replaced');
    expect(files.get('timeline.svg')).toContain('Provider cooldown, 0.10 s to 1.30 s');
  });

  test('A resume in another process and an unneeded slot do not count as restarts', () => {
    const resumed = exported(
      TWO,
      inOrder(
        [[0, { type: 'slot.started', slot: 1, where: 'local:1' }]],
        [[10, { type: 'run.resumed', wall_ms: 0, versions: {} }]],
        [[10, { type: 'slot.started', slot: 1, where: 'local:2' }]],
        [[20, { type: 'slot.exited', slot: 1, where: 'local:2', reason: 'ended' }]],
        [[30, { type: 'slot.started', slot: 1, where: 'local:3' }]],
        finished(40),
      ),
    );
    expect(dashboardOf(resumed)).toContain('**Slots Restarted:** none');
  });
});
