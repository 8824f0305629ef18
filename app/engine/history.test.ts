import { expect, test } from 'vitest';
import {
  broke,
  completed,
  finished,
  fold,
  inOrder,
  journal,
  makeCrew,
  ran,
  type TimedDraft,
} from '../../shared/run/testing/journal.ts';
import { typicalBusyMs } from './history.ts';

const call = (t: number, ms: number, waited_ms = 0): TimedDraft => [
  t,
  {
    type: 'llm.call',
    task: 'a',
    attempt: 1,
    agent: 'ada',
    model: 'fake',
    ms,
    first_token_ms: null,
    prompt_tokens: 1,
    completion_tokens: 1,
    cost_usd: 0,
    waited_ms,
  },
];

function learned(happened: readonly TimedDraft[]): number | null {
  const task = fold(makeCrew([{ name: 'a' }]), journal(happened)).tasks.get('a');
  return task ? typicalBusyMs(task) : null;
}

test('A failed attempt does not count for estimates.', () => {
  const attempts = inOrder(broke('a', 1, 0, 900, 1000), ran('a', 1, 1000, 1420, 2), completed('a', 1420));
  expect(learned([...attempts, finished(1420)])).toBe(420);
});

test('An attempt that continued from the calls of a failed one does not count for estimates.', () => {
  const attempts = inOrder(
    broke('a', 1, 0, 900, 1000),
    call(500, 400),
    ran('a', 1, 1000, 1100, 2),
    completed('a', 1100),
  );
  expect(learned([...attempts, finished(1100)])).toBeNull();
});

test('A degraded or a cached result does not count for estimates.', () => {
  const turn = ran('a', 1, 0, 100);
  expect(learned([...turn, [100, { type: 'task.completed', task: 'a', text: 'x', degraded: true }]])).toBeNull();
  expect(learned([[5, { type: 'task.completed', task: 'a', text: 'x', cached: 'run-0' }]])).toBeNull();
  expect(learned([...turn, completed('a', 100)])).toBe(100);
});

test('Estimates learn the length of a task without its waits for permits.', () => {
  const attempt = inOrder(call(900, 100, 700), ran('a', 1, 0, 1000), completed('a', 1000));
  expect(learned([...attempt, finished(1000)])).toBe(300);
});
