import { expect, test } from 'vitest';
import type { RunEvent } from '../../shared/run/events.ts';
import { applyEvent, newRun } from '../../shared/run/fold.ts';
import type { RunState } from '../../shared/run/state.ts';
import { randomRun } from '../../shared/run/testing/random-run.ts';
import { RunCounts } from './run-counts.ts';
import { type TaskDisplayState, taskDisplayState } from './task-display-state.ts';

function countsByState(state: RunState): Map<TaskDisplayState, number> {
  const states = [...state.tasks.values()].filter(({ index }) => index >= 0).map(taskDisplayState);
  return new Map([...new Set(states)].map((state) => [state, states.filter((one) => one === state).length]));
}

function tokensOf(state: RunState): number {
  const calls = state.turns.flatMap((turn) => turn.calls);
  return calls.reduce((sum, call) => sum + call.promptTokens + call.completionTokens, 0);
}

test.each([1, 5])('Counts updated after every %i events equal the counts of the whole run', (part) => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const { crew, events } = randomRun(seed);
    const state = newRun(crew);
    const counts = new RunCounts(state);
    const taken: RunEvent[] = [];
    for (const event of events) {
      applyEvent(state, event);
      taken.push(event);
      if (taken.length % part !== 0 && taken.length < events.length) continue;
      counts.update(taken);
      expect(counts.byState, `randomRun(${seed}), event ${event.seq}`).toEqual(countsByState(state));
    }
    expect(counts.tokens).toBe(tokensOf(state));
  }
});

test('The cost is unknown if the price of one call is unknown', () => {
  const { crew } = randomRun(1);
  const counts = new RunCounts(newRun(crew));
  const call = { type: 'llm.call', t: 1, task: 'a', attempt: 1, agent: 'ada', model: 'm', ms: 1 } as const;
  const priced = { ...call, seq: 1, first_token_ms: null, prompt_tokens: 3, completion_tokens: 4, cost_usd: 0.5 };
  counts.update([priced]);
  expect(counts.usd).toBe(0.5);
  expect(counts.isAtMost).toBe(false);
  const cached = { ...priced, seq: 2, cost_at_most: true } as const;
  counts.update([priced, cached]);
  expect(counts.isAtMost).toBe(true);
  counts.update([priced, cached, { ...priced, seq: 3, cost_usd: null }]);
  expect(counts.usd).toBeNull();
  expect(counts.tokens).toBe(21);
});
