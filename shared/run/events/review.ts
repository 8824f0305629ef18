import { z } from 'zod';
import { reviewAnswered, reviewAsked } from '../../scheduler/tasks.ts';
import { checkText } from '../check-text.ts';
import type { TaskState } from '../state.ts';
import { eventKind, slotEventKind } from './kind.ts';
import { inTask, scheduleTask } from './of-task.ts';
import { checkedSchema, eventSchema, ofAttempt } from './shapes.ts';

/** Events of judgments of a result: checks, votes and reviews by a person. */
export const REVIEW_EVENTS = {
  /** A member of the council voted. */
  vote: eventKind(eventSchema('vote', { ...ofAttempt, agent: z.string(), choice: z.string() }), {
    fold: inTask((task, { agent, choice }) => {
      task.votes = task.votes.filter((vote) => vote.agent !== agent);
      task.votes.push({ agent, choice });
    }),
    describe: ({ agent, choice }) => `${agent} for ${choice}`,
  }),
  /** A verdict on an answer. */
  check: slotEventKind(
    eventSchema('check', {
      ...ofAttempt,
      /** `repair`: the next answer after one that was sent back by a schema or a guardrail. */
      what: checkedSchema,
      passed: z.boolean(),
      detail: z.string().optional(),
    }),
    {
      fold: inTask((task, { t, attempt, turn = null, what, passed, detail = null, seq }) => {
        task.checks.push({ t, attempt, turn, what, passed, detail, seq });
      }),
      describe: (event) => `${checkText(event)}${event.detail === undefined ? '' : `, ${event.detail}`}`,
    },
  ),
  /** A person must review the task, before it starts or after it has a result. */
  'review.asked': eventKind(eventSchema('review.asked', { task: z.string(), when: z.enum(['before', 'after']) }), {
    fold: inTask((task, { t, when }) => {
      task.reviews.push({ start: t, end: null, when, answer: null, remark: null, by: null });
    }),
    describe: ({ when }) => (when === 'before' ? 'before it starts' : 'its result'),
    schedule: scheduleTask((_, task) => reviewAsked(task)),
  }),
  /** The review was answered. */
  'review.answered': eventKind(
    eventSchema('review.answered', {
      task: z.string(),
      when: z.enum(['before', 'after']),
      /** `edited` before a task: a person wrote the result, and no agent runs. */
      answer: z.enum(['approved', 'edited', 'sent_back']),
      remark: z.string().optional(),
      /** `approve_all`: a person approved all reviews in advance. Absent in journals of earlier versions: a person. */
      by: z.enum(['person', 'approve_all']).optional(),
    }),
    {
      fold: inTask((task, event) => {
        const open = task.reviews.findLast((review) => review.end === null);
        if (!open) return;
        open.end = event.t;
        open.answer = event.answer;
        open.remark = event.remark ?? null;
        open.by = event.by ?? 'person';
        if (event.answer === 'sent_back') startAgain(task);
      }),
      describe: ({ answer, by, when, remark }) => {
        const said = remark === undefined ? '' : `: ${remark}`;
        const who = by === 'approve_all' ? ' beforehand' : '';
        const what = answer === 'edited' && when === 'before' ? 'written by a person' : answer.replace('_', ' ');
        return `${what}${who}${said}`;
      },
      schedule: scheduleTask((state, task, event) => reviewAnswered(state, task, event)),
    },
  ),
};

/** A consensual result that was sent back is proposed and voted on again. */
function startAgain(task: TaskState): void {
  task.proposals = [];
  task.votes = [];
}
