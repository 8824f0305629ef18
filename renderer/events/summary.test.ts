import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../shared/run/events.ts';
import { filtered, summaryOf } from './summary.ts';

const EVENTS: readonly RunEvent[] = [
  { seq: 1, t: 0, type: 'attempt.started', task: 'draft', attempt: 1, slot: 2, agent: 'ada' },
  { seq: 2, t: 5, type: 'sample', slots: [] },
  {
    seq: 3,
    t: 9,
    type: 'attempt.ended',
    task: 'draft',
    attempt: 1,
    result: 'error',
    kind: 'http',
    message: 'Status 500',
  },
];

describe('the list of events', () => {
  test('leaves samples out until they are asked for', () => {
    expect(filtered(EVENTS, '', false).map(({ seq }) => seq)).toEqual([1, 3]);
    expect(filtered(EVENTS, '', true).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test('finds all words of the filter, in type, task or what happened', () => {
    expect(filtered(EVENTS, 'draft 500', false).map(({ seq }) => seq)).toEqual([3]);
    expect(filtered(EVENTS, 'ADA started', false).map(({ seq }) => seq)).toEqual([1]);
    expect(filtered(EVENTS, 'nothing', false)).toEqual([]);
  });

  test('says in a line what happened', () => {
    expect(EVENTS.map(summaryOf)).toEqual([
      'attempt 1 by ada in slot 2',
      '0 slots measured',
      'attempt 1: error, Status 500',
    ]);
  });
});
