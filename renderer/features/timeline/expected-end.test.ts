import { describe, expect, test } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import type { EventDraft } from '../../../shared/run/events.ts';
import { applyEvent, newRun } from '../../../shared/run/fold.ts';
import { predictedEndText, timeLeft } from './expected-end.ts';

const task = (name: string) => ({ name, description: 'd', expected_output: 'o', agent: 'ada', async: true });
const crew = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  agents: [{ name: 'ada', role: 'r', goal: 'g' }],
  tasks: ['done', 'running', 'overdue', 'again', 'waiting'].map(task),
});
const estimates = Object.fromEntries(crew.tasks.map(({ name }) => [name, { ms: 1000, from: 'estimate_s' as const }]));

const start = (name: string, t: number, attempt = 1): EventDraft & { t: number } => {
  return { type: 'attempt.started', t, task: name, attempt, slot: 1, agent: 'ada' };
};

describe('The remaining time of a run', () => {
  const state = newRun(crew);
  const events = [
    start('done', 0),
    { type: 'attempt.ended', t: 800, task: 'done', attempt: 1, result: 'ok' },
    { type: 'task.completed', t: 800, task: 'done', text: '' },
    start('again', 100),
    {
      type: 'attempt.ended',
      t: 700,
      task: 'again',
      attempt: 1,
      result: 'error',
      kind: 'http',
      message: 'no',
      retry_at: 900,
    },
    start('again', 900, 2),
    start('overdue', 0),
    start('running', 600),
  ] satisfies (EventDraft & { t: number })[];
  for (const [at, event] of events.entries()) applyEvent(state, { ...event, seq: at + 1 });

  test('The remaining time of a run is the estimate less the time of the current attempt, and zero for ended tasks', () => {
    expect(timeLeft(state, estimates, 1200)).toEqual({ running: 400, overdue: 0, again: 700, waiting: 1000 });
  });

  test('The remaining time of a run is unknown if the estimate of one task is unknown', () => {
    const { waiting: _, ...some } = estimates;
    expect(timeLeft(state, some, 1200)).toBeNull();
  });
});

test('The predicted end moves with the run, and at the end shows the deviation', () => {
  expect(predictedEndText(13_500, 13_600, 5000, 'running')).toBe('13.5 s');
  expect(predictedEndText(13_500, 24_900, 5000, 'running')).toBe('13.5 s, now 24.9 s');
  expect(predictedEndText(13_500, null, 15_000, 'running')).toBe('13.5 s, now 15.0 s');
  expect(predictedEndText(13_500, 24_000, 24_900, 'completed')).toBe('13.5 s, 11.4 s late');
  expect(predictedEndText(13_500, null, 10_000, 'completed')).toBe('13.5 s, 3.5 s early');
});

test('A failed or stopped run is neither early nor late', () => {
  expect(predictedEndText(13_500, null, 2000, 'stopped')).toBe('13.5 s');
});

test('A run in progress reports if its remaining time cannot be simulated', () => {
  expect(predictedEndText(13_500, 'unknown', 5000, 'running')).toBe('13.5 s, now unknown');
  expect(predictedEndText(13_500, 'unknown', 24_900, 'completed')).toBe('13.5 s, 11.4 s late');
});
