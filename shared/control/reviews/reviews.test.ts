import { expect, test } from 'vitest';
import type { RunEvent } from '../../run/events.ts';
import { applyEvent, newRun } from '../../run/fold.ts';
import type { TaskState } from '../../run/task-state.ts';
import { makeCrew } from '../../scheduler/testing/rig.ts';
import type { ReviewAnswer } from '../base/command.ts';
import { Reviews } from './reviews.ts';

/** A task with an open review. */
function underReview(when: 'before' | 'after'): TaskState {
  const run = newRun(makeCrew({ tasks: [{ name: 'it', human_review: when }] }));
  const of = { task: 'it', attempt: 1, t: 0 };
  const done: RunEvent[] = [
    { type: 'attempt.started', ...of, slot: 1, agent: 'ada', seq: 1 },
    { type: 'attempt.ended', ...of, result: 'ok', text: 'the draft', seq: 2 },
  ];
  for (const event of when === 'after' ? done : []) applyEvent(run, event);
  applyEvent(run, { type: 'review.asked', task: 'it', when, t: 0, seq: 3 });
  const task = run.tasks.get('it');
  if (!task) throw new Error('The crew has no such task.');
  return task;
}

const APPROVED: ReviewAnswer = { answer: 'approved' };
const EDITED: ReviewAnswer = { answer: 'edited', text: 'better' };
const sentBack = (remark: string): ReviewAnswer => ({ answer: 'sent_back', remark });

test('an approval lets a task start before it, and makes the reviewed text its result after it', () => {
  const reviews = new Reviews();
  expect(reviews.judge('it', underReview('before'), APPROVED, null)).toMatchObject({ type: 'started' });
  const verdict = reviews.judge('it', underReview('after'), APPROVED, 'the draft');
  expect(verdict).toMatchObject({ type: 'accepted', text: 'the draft' });
  expect(reviews.judge('it', underReview('after'), APPROVED, null)).toMatchObject({ type: 'refused' });
});

test('an edited text is the result, before the task and after it', () => {
  for (const when of ['before', 'after'] as const) {
    const verdict = new Reviews().judge('it', underReview(when), EDITED, 'the draft');
    expect(verdict).toMatchObject({ type: 'accepted', text: 'better', review: { when } });
  }
});

test('only a result can be sent back, and only with a remark', () => {
  const reviews = new Reviews();
  expect(reviews.judge('it', underReview('after'), sentBack('Shorter.'), 'the draft')).toMatchObject({
    type: 'sent_back',
    remark: 'Shorter.',
  });
  expect(reviews.judge('it', underReview('after'), sentBack(' '), 'the draft')).toMatchObject({ type: 'refused' });
  expect(reviews.judge('it', underReview('before'), sentBack('Shorter.'), null)).toMatchObject({ type: 'refused' });
});

test('a review accepts no answer while none is open, or while the text of another answer is written', () => {
  const reviews = new Reviews();
  expect(reviews.judge('it', undefined, APPROVED, null)).toMatchObject({ type: 'refused' });
  const pending = { answer: EDITED, text: 'better', command: 1 };
  reviews.writing('it', pending);
  expect(reviews.isBusy).toBe(true);
  expect(reviews.judge('it', underReview('after'), APPROVED, 'the draft')).toMatchObject({ type: 'refused' });
  expect(reviews.written('it')).toBe(pending);
  expect(reviews.written('it')).toBeNull();
  expect(reviews.isBusy).toBe(false);
});
