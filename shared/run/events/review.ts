import { z } from 'zod';
import type { Json } from '../../json.ts';
import { reviewAnswered, reviewAsked } from '../../scheduler/tasks.ts';
import { checkText } from '../check-text.ts';
import type { QuestionAnswer, TaskState } from '../task-state.ts';
import { eventKind, slotEventKind } from './kind.ts';
import { inTask, scheduleTask } from './of-task.ts';
import { endQuestion } from './question.ts';
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
      /** The position of the guardrail, from 1, if the task has several. */
      guardrail: z.int().positive().optional(),
    }),
    {
      fold: inTask((task, { t, attempt, turn = null, what, passed, detail = null, guardrail = null, seq }) => {
        task.checks.push({ t, attempt, turn, what, passed, detail, guardrail, seq });
      }),
      describe: (event) => `${checkText(event)}${event.detail === undefined ? '' : `, ${event.detail}`}`,
    },
  ),
  /**
   * A person must review the task, before it starts or after it has a result, or a tool call of a running turn. Only the
   * latter has the fields below.
   */
  'review.asked': eventKind(
    eventSchema('review.asked', {
      task: z.string(),
      when: z.enum(['before', 'after', 'tool']),
      attempt: z.int().positive().optional(),
      turn: z.string().optional(),
      /** The same for the same call in every attempt and resume. */
      id: z.string().optional(),
      agent: z.string().optional(),
      tool: z.string().optional(),
      arguments: z.json().optional(),
    }),
    {
      fold: inTask((task, event) => {
        const { t, when } = event;
        if (when === 'tool') {
          const { id = '', attempt = 1, turn = null, agent = '', tool = '', arguments: given = null } = event;
          const subject = { kind: 'tool' as const, tool, arguments: given };
          task.questions.push({ id, attempt, turn, agent, start: t, end: null, subject, answer: null, by: null });
        } else task.reviews.push({ start: t, end: null, when, answer: null, remark: null, by: null });
      }),
      describe: ({ when, agent, tool }) => {
        if (when === 'tool') return `${agent} calls ${tool}`;
        return when === 'before' ? 'before it starts' : 'its result';
      },
      schedule: scheduleTask((_, task, { when }) => {
        if (when !== 'tool') reviewAsked(task);
      }),
    },
  ),
  /** The review was answered. */
  'review.answered': eventKind(
    eventSchema('review.answered', {
      task: z.string(),
      when: z.enum(['before', 'after', 'tool']),
      /** Of a tool call: the ID of its `review.asked`. */
      id: z.string().optional(),
      /**
       * `edited` before a task: a person wrote the result, and no agent runs. `edited` of a tool call: the person changed
       * its arguments. `refused`: only of a tool call, which is not made.
       */
      answer: z.enum(['approved', 'edited', 'sent_back', 'refused']),
      /** The arguments that a person changed. */
      arguments: z.json().optional(),
      remark: z.string().optional(),
      /** `approve_all`: a person approved all reviews in advance. Absent in journals of earlier versions: a person. */
      by: z.enum(['person', 'approve_all']).optional(),
    }),
    {
      fold: inTask((task, { t, when, id = '', answer, arguments: given = null, remark = null, by = 'person' }) => {
        if (when === 'tool') {
          endQuestion(task, id, t, { answer: toolAnswerOf(answer, given, remark), by });
          return;
        }
        const open = task.reviews.findLast((review) => review.end === null);
        if (!open || answer === 'refused') return;
        Object.assign(open, { end: t, answer, remark, by });
        if (answer === 'sent_back') startAgain(task);
      }),
      describe: ({ answer, by, when, remark }) => {
        const said = remark === undefined ? '' : `: ${remark}`;
        const who = by === 'approve_all' ? ' beforehand' : '';
        const what = answer === 'edited' && when === 'before' ? 'written by a person' : answer.replace('_', ' ');
        return `${what}${who}${said}`;
      },
      schedule: scheduleTask((state, task, { when, answer }) => {
        if (when !== 'tool' && answer !== 'refused') reviewAnswered(state, task, { when, answer });
      }),
    },
  ),
};

function toolAnswerOf(answer: string, changed: Json, remark: string | null): QuestionAnswer {
  if (answer === 'edited') return { answer, arguments: changed, remark };
  return { answer: answer === 'refused' ? 'refused' : 'approved', remark };
}

/** A consensual result that was sent back is proposed and voted on again. */
function startAgain(task: TaskState): void {
  task.proposals = [];
  task.votes = [];
}
