import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../shared/run/events.ts';
import { EventFilter } from './filter.ts';
import { summaryOf } from './summary.ts';

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

const filtered = (events: readonly RunEvent[], filter: string, withSamples: boolean) =>
  new EventFilter(filter, withSamples).filter(events);

describe('The list of events', () => {
  test('The list of events hides samples until they are requested', () => {
    expect(filtered(EVENTS, '', false).map(({ seq }) => seq)).toEqual([1, 3]);
    expect(filtered(EVENTS, '', true).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  test('The list of events matches all words of the filter in type, task or summary', () => {
    expect(filtered(EVENTS, 'draft 500', false).map(({ seq }) => seq)).toEqual([3]);
    expect(filtered(EVENTS, 'ADA started', false).map(({ seq }) => seq)).toEqual([1]);
    expect(filtered(EVENTS, 'nothing', false)).toEqual([]);
  });

  test('The list of events checks each event once, even if the run grows repeatedly', () => {
    const events: RunEvent[] = [];
    const filter = new EventFilter('draft', false);
    for (let seq = 1; seq <= 1000; seq += 1) {
      events.push({ seq, t: seq, type: 'task.ready', task: seq % 2 === 0 ? 'draft' : 'other' });
      filter.filter(events);
    }
    expect(filter.checkedCount).toBe(1000);
    expect(filter.filter(events)).toHaveLength(500);
  });

  test('The list of events summarizes an event in one line', () => {
    expect(EVENTS.map(summaryOf)).toEqual([
      'attempt 1 by ada in slot 2',
      '0 slots measured',
      'attempt 1: error, Status 500',
    ]);
  });

  test('The list of events shows for a borrowed slot the task and turn that receive it and those that had it', () => {
    const granted = { seq: 1, t: 0, type: 'slot.granted', slot: 2 } as const;
    expect(summaryOf(granted)).toBe('slot 2');
    const turn = { task: 'choose', turn: 'propose:ada' };
    expect(summaryOf({ ...granted, for: turn, from: { row: 3, task: 'draft' } })).toBe(
      'slot 2 for choose propose ada, freed by draft of row 3',
    );
  });
});
