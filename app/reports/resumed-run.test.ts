import { describe, expect, test } from 'vitest';
import { measuredFigures } from '../../shared/figures/figures.ts';
import {
  completed,
  finished,
  fold,
  inOrder,
  journal,
  makeCrew,
  ran,
  type TimedDraft,
} from '../../shared/run/testing/journal.ts';
import { closingText } from '../cli/closing-text.ts';
import { runObject } from './run-json.ts';
import { dashboardOf, exported, summaryOf, TWO } from './testing/exported.ts';

const call = (task: string, t: number, model: string, cost_usd: number | null): TimedDraft => {
  const numbers = { ms: 50, first_token_ms: 10, prompt_tokens: 10, completion_tokens: 5, cost_usd };
  return [t, { type: 'llm.call', task, attempt: 1, agent: 'ada', model, ...numbers }];
};

describe('A run that was killed and resumed', () => {
  const happened = inOrder(
    [0, { type: 'attempt.started', task: 'a', attempt: 1, slot: 1, agent: 'ada' }],
    [800, { type: 'run.resumed', versions: {}, wall_ms: Date.UTC(2026, 10, 23, 23, 30, 5) + 6250 }],
    [800, { type: 'attempt.ended', task: 'a', attempt: 1, result: 'lost' }],
    ran('a', 1, 900, 1900, 2),
    completed('a', 1900),
    ran('b', 1, 1900, 2900),
    completed('b', 2900),
    finished(2900),
  );
  const files = exported(TWO, happened);
  const sentence =
    '> **This run was resumed.** No process ran it for 5.45 s, which no figure counts. 1 turn was lost after 0.80 s and ran again. One model call may have been paid for without an answer; calls, tokens and cost do not include it.';

  test('the summary and the dashboard of a resumed run state it first', () => {
    expect(summaryOf(files)).toContain(sentence);
    expect(dashboardOf(files)).toContain(sentence);
  });

  test('the time without a process is counted from the recorded start of the run', () => {
    expect(summaryOf(exported(TWO, happened, { t: 300 }))).toContain('No process ran it for 5.75 s');
  });

  test('the lost turns of a resumed run are counted separately from failed turns', () => {
    expect(dashboardOf(files)).toContain('**Failed Turns:** none');
    expect(dashboardOf(files)).toContain('**Turns Lost with Their Process:** 1, 0.80 s of busy time; they ran again');
    expect(summaryOf(files)).toContain('**Lost to Interruption:** 0.80 s of slot time in 1 turn that ran again.');
    expect(summaryOf(files)).not.toContain('Lost to Failures');
  });

  test('the terminal shows that a run was resumed', () => {
    const state = fold(TWO, journal(happened));
    const run = runObject(state, new Map(), '/runs/1');
    expect(run).toMatchObject({ resumptions: 1, lost_turns: 1 });
    expect(closingText(run, measuredFigures(state))).toMatch(/^ {2}Interrupted +resumed, 1 turn lost$/m);
  });
});

test('A change of the number of slots is reported with its time', () => {
  const files = exported(
    TWO,
    inOrder(
      ran('a', 1, 0, 1000),
      completed('a', 1000),
      [1000, { type: 'run.slots', slots: 5 }],
      ran('b', 1, 1000, 2500),
      completed('b', 2500),
      finished(2500),
    ),
  );
  expect(summaryOf(files)).toContain('and 2 slots (5 from 1.00 s on) to run them in.');
  expect(dashboardOf(files)).toContain('**Slots:** 2 (5 from 1.00 s on)');
  expect(summaryOf(files)).toContain('1 of 5 slots at the peak');
});

test('An unknown cost names the prices that are missing, once per report', () => {
  const files = exported(
    TWO,
    inOrder(
      ran('a', 1, 0, 1000),
      call('a', 900, 'new-model', null),
      completed('a', 1000),
      ran('b', 1, 1000, 2500),
      call('b', 2000, 'known', 0.5),
      completed('b', 2500),
      finished(2500),
    ),
  );
  for (const text of [summaryOf(files), dashboardOf(files)]) {
    expect(text.match(/unknown, because the price of new-model is missing\. Add it to prices\.json/g)).toHaveLength(1);
  }
});

test('A longer time than sequential execution is reported as a loss', () => {
  const files = exported(
    makeCrew([{ name: 'a' }]),
    inOrder(ran('a', 1, 625, 1625), completed('a', 1625), finished(1625)),
  );
  expect(summaryOf(files)).toContain('It took 62.5% longer than its work one task after another.');
  expect(summaryOf(files) + dashboardOf(files)).not.toMatch(/-62\.5%|saved -/);
});

test('Cached results do not count for the speed of the run and are listed with their former time and cost', () => {
  const took = { busy_ms: 4000, cost_usd: 0.25 };
  const files = exported(
    TWO,
    inOrder(
      [5, { type: 'task.completed', task: 'a', text: 'done', cached: 'run-1', took }],
      ran('b', 1, 10, 1010),
      completed('b', 1010),
      finished(1010),
    ),
  );
  expect(summaryOf(files)).toMatch(
    /\*\*Tasks per Second:\*\* 0\.99 \(.* per hour\), not counting 1 task whose results were reused\./,
  );
  expect(summaryOf(files)).toContain(
    '**From the Cache:** 1 task, which took 4.00 s of slot time and $0.2500 when it ran.',
  );
});
