import { z } from 'zod';
import type { Question, TaskState } from '../task-state.ts';
import { eventKind } from './kind.ts';
import { inTask } from './of-task.ts';
import { eventSchema, ofAttempt } from './shapes.ts';

/** Events of questions that an agent asks a person while it works. */
export const QUESTION_EVENTS = {
  /** An agent asked the person with the tool `ask_person`. Its turn waits for the answer. */
  'question.asked': eventKind(
    eventSchema('question.asked', {
      ...ofAttempt,
      /** The same for the same call in every attempt and resume. */
      id: z.string(),
      agent: z.string(),
      question: z.string(),
      choices: z.array(z.string()).optional(),
      details: z.string().optional(),
    }),
    {
      fold: inTask((task, { t, id, attempt, turn = null, agent, question, choices = null, details = null }) => {
        const subject = { kind: 'question' as const, question, choices, details };
        task.questions.push({ id, attempt, turn, agent, start: t, end: null, subject, answer: null, by: null });
      }),
      describe: ({ agent, question }) => `${agent}: ${question}`,
    },
  ),
  /** A person answered the question. With choices, `answer` is one of them. */
  'question.answered': eventKind(
    eventSchema('question.answered', { task: z.string(), id: z.string(), answer: z.string() }),
    {
      fold: inTask((task, { t, id, answer }) =>
        endQuestion(task, id, t, { answer: { answer: 'answered', text: answer }, by: 'person' }),
      ),
      describe: ({ answer }) => answer,
    },
  ),
};

/** Ends the open question of a task with this ID. */
export function endQuestion(task: TaskState, id: string, t: number, answered: Pick<Question, 'answer' | 'by'>): void {
  const open = task.questions.findLast((question) => question.id === id && question.end === null);
  if (open) Object.assign(open, { end: t, ...answered });
}

/** Ends the questions of a turn that has ended without answers. */
export function endQuestionsOf(task: TaskState, attempt: number, turn: string | null, t: number): void {
  for (const question of task.questions) {
    if (question.attempt === attempt && question.turn === turn) question.end ??= t;
  }
}
