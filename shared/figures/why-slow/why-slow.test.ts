import { expect, test } from 'vitest';
import {
  completed,
  finished,
  fold,
  inOrder,
  journal,
  makeCrew,
  ran,
  type TimedDraft,
} from '../../run/testing/journal.ts';
import { PLAIN_TEXT } from '../catalogue/figure.ts';
import { figuresOf } from '../figures.ts';
import { slowText } from './slow-text.ts';
import { whySlow } from './why-slow.ts';

const TITLES = new Map([['a', 'Analysis']]);
const tool = (task: string, end: number, ms: number): TimedDraft => [
  end,
  { type: 'tool.call', task, attempt: 1, agent: 'ada', name: 'query_data', ms, ok: true, call_id: `${task}${end}` },
];

function sentences(happened: readonly TimedDraft[], begun: Parameters<typeof journal>[1] = {}): string[] {
  const crew = makeCrew([{ name: 'a' }, { name: 'b', context: ['a'] }]);
  const figures = figuresOf(fold(crew, journal(happened, begun)));
  return whySlow({ ...figures, simulated: figures }).map((reason) =>
    slowText(reason, figures.time.makespanMs, TITLES, PLAIN_TEXT),
  );
}

test('The largest cause on the critical path and the best saving are named first.', () => {
  const happened = inOrder(
    ran('a', 1, 0, 1000),
    [tool('a', 900, 800)],
    completed('a', 1000),
    ran('b', 1, 1000, 1200),
    completed('b', 1200),
    finished(1200),
  );
  expect(sentences(happened)).toEqual([
    'Tool query_data took 0.80 s of the 1.20 s (66.7%) on the critical path. The longest part was 0.80 s, in Analysis from 0.10 s.',
    'Analysis in half the time would save 0.50 s of 1.20 s (41.7%).',
  ]);
});

test('Slot start-up is named if it took most of the critical path.', () => {
  const happened = inOrder(
    [
      [0, { type: 'slot.started', slot: 1, where: 'local:1' }],
      [900, { type: 'slot.ready', slot: 1, where: 'local:1', ms: 900 }],
    ],
    ran('a', 1, 900, 1000),
    completed('a', 1000),
    ran('b', 1, 1000, 1100),
    completed('b', 1100),
    finished(1100),
  );
  expect(sentences(happened)).toEqual([
    'Waiting for slot start-up took 0.90 s of the 1.10 s (81.8%) on the critical path. The longest part was 0.90 s, in Analysis from 0.00 s.',
    'Slots ready at the start would save 0.90 s of 1.10 s (81.8%).',
  ]);
});

test('A task that took longer than in earlier runs is named with its usual time.', () => {
  const estimates = { a: { ms: 400, from: 'history' as const }, b: { ms: 200, from: 'history' as const } };
  const happened = inOrder(
    ran('a', 1, 0, 1000),
    completed('a', 1000),
    ran('b', 1, 1000, 1200),
    completed('b', 1200),
    finished(1200),
  );
  expect(sentences(happened, { estimates })).toContain('Analysis was busy for 1.00 s. Its usual time is 0.40 s.');
});

test('A run without time has no reasons.', () => {
  expect(sentences([finished(0)])).toEqual([]);
});
