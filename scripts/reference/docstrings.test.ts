import { expect, it } from 'vitest';
import { docstringsOf } from './docstrings.ts';

const SOURCE = `
/** One attempt. */
const ofAttempt = {
  /** The name of the task. */
  task: z.string(),
};
/** The earlier run. */
const kept = z.string().optional();
export const eventSchema = z.discriminatedUnion('type', [
  /** The run stops
   * for now. */
  event('run.interrupted', { reason: z.enum(['signal']) }),
  event('task.failed', {
    ...ofAttempt,
    kept,
    /** What was "wrong". */
    error: z.object({
      /** For a person. */
      message: z.string(),
    }).optional(),
  }),
]);
/** Ends a turn. */
export const messageSchema = z.discriminatedUnion('type', [
  /** Stop. */
  z.object({ type: z.literal('cancel'), /** Which turn. */ key: z.string() }),
]);
`;

it('docstrings are found for constants, variants, properties, and what a property is spread from', () => {
  expect(Object.fromEntries(docstringsOf(SOURCE))).toEqual({
    ofAttempt: 'One attempt.',
    'ofAttempt.task': 'The name of the task.',
    kept: 'The earlier run.',
    'eventSchema:run.interrupted': 'The run stops for now.',
    'eventSchema:task.failed.task': 'The name of the task.',
    'eventSchema:task.failed.kept': 'The earlier run.',
    'eventSchema:task.failed.error': 'What was "wrong".',
    'eventSchema:task.failed.error.message': 'For a person.',
    messageSchema: 'Ends a turn.',
    'messageSchema:cancel': 'Stop.',
    'messageSchema:cancel.key': 'Which turn.',
  });
});
