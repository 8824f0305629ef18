import { expect, test } from 'vitest';
import { fold, inOrder, journal, makeCrew, type TimedDraft } from '../run/testing/journal.ts';
import { slotFigures } from './resources.ts';
import { exitText, restartsText } from './slot-labels.ts';

const endedWith = (result: 'cancelled' | 'timeout'): readonly TimedDraft[] => [
  [0, { type: 'slot.started', slot: 1, where: 'local:7' }],
  [5, { type: 'slot.ready', slot: 1, where: 'local:7', ms: 5 }],
  [5, { type: 'attempt.started', task: 'a', attempt: 1, slot: 1, agent: 'ada' }],
  [300, { type: 'slot.exited', slot: 1, where: 'local:7', reason: 'timeout' }],
  [300, { type: 'attempt.ended', task: 'a', attempt: 1, result, kind: result, message: 'It was stopped.' }],
  [310, { type: 'slot.started', slot: 1, where: 'local:8' }],
];

function wordsOf(happened: readonly TimedDraft[]): string[] {
  const state = fold(makeCrew([{ name: 'a' }]), journal(inOrder(happened)));
  const slots = slotFigures(state, state.t);
  return [restartsText(slots), ...slots.flatMap(({ exits }) => exits.map((exit) => exitText(exit, 512)))];
}

test('A process that ended because a person stopped the run did not hang.', () => {
  expect(wordsOf(endedWith('cancelled'))).toEqual([
    '1 time (1 when the run was stopped)',
    'process local:7 ended: the run was stopped; replaced',
  ]);
});

test('A process that ended at a deadline hung.', () => {
  expect(wordsOf(endedWith('timeout'))).toEqual([
    '1 time (1 hung)',
    'process local:7 ended: hung past its deadline; replaced',
  ]);
});
