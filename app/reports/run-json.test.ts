import { describe, expect, test } from 'vitest';
import {
  completed,
  DIAMOND,
  DIAMOND_RUN,
  fold,
  inOrder,
  journal,
  ran,
  type TimedDraft,
} from '../../shared/run/testing/journal.ts';
import { runObject } from './run-json.ts';

describe('the object of run --json', () => {
  test('The object of run --json has the documented keys and units.', () => {
    const state = fold(DIAMOND, journal(DIAMOND_RUN));
    const object = runObject(state, new Map([['a', 'done']]), '/runs/run-1');
    expect(object).toMatchObject({
      run_id: 'run-1',
      run_dir: '/runs/run-1',
      outcome: 'completed',
      reason: null,
      success_rate: 100,
      makespan_s: 0.4,
      sequential_s: 0.5,
      lower_bound_s: 0.4,
      predicted_s: null,
      peak_concurrency: 2,
      tokens: 0,
    });
    expect(object.results[0]).toEqual({
      task: 'a',
      assigned_agent: 'ada',
      status: 'completed',
      attempts: 1,
      started_s: 0,
      ended_s: 0.1,
      slot: 1,
      degraded: false,
      cached: false,
      error: null,
      result: 'done',
    });
  });

  test('The object of an interrupted run has the reason and the number of pending tasks.', () => {
    const state = fold(
      DIAMOND,
      journal(inOrder(ran('a', 1, 0, 100), completed('a', 100), [120, { type: 'run.interrupted', reason: 'signal' }])),
    );
    expect(runObject(state, new Map(), '/runs/run-1')).toMatchObject({
      outcome: 'interrupted',
      reason: 'signal',
      pending_tasks: 2,
      completed_tasks: 1,
      makespan_s: 0.12,
    });
  });

  test('The object has no cost if a price is unknown.', () => {
    const call: TimedDraft = [
      50,
      {
        type: 'llm.call',
        task: 'a',
        attempt: 1,
        agent: 'ada',
        model: 'own',
        ms: 40,
        first_token_ms: 5,
        prompt_tokens: 100,
        completion_tokens: 20,
        cost_usd: null,
      },
    ];
    const state = fold(DIAMOND, journal(inOrder(ran('a', 1, 0, 100), call)));
    expect(runObject(state, new Map(), '')).toMatchObject({ tokens: 120, cost_usd: null });
  });
});
