import { z } from 'zod';
import { slotEventSchema } from './slot-event.ts';
import { slotOutcomeSchema } from './slot-outcome.ts';
import { slotAnswerSchema, slotRequestSchema } from './slot-request.ts';
import { turnKeySchema } from './turn-key.ts';
import { turnSubmissionSchema } from './turn-submission.ts';

/**
 * The messages between the engine and a slot. A transport carries lists of messages, because each transfer wakes both
 * processes. The receiver parses each message once.
 */

/** What the slots of a run get from their machine. They keep it in memory only. */
export const providedSchema = z.object({
  /** The real path of the run's workspace on the machine of the slot. */
  workspace: z.string(),
  /** The API keys of the models, by `keyName`. A model that needs no key is absent. */
  keys: z.record(z.string(), z.string()),
});
export type Provided = z.infer<typeof providedSchema>;

/** Engine to slot. */
export const toSlotSchema = z.discriminatedUnion('type', [
  /**
   * The workspace and the keys of a run. The host of the slot sends it before the first turn of the run, and again
   * after a change. A host on another machine sends the workspace and the keys of that machine.
   */
  z.object({ type: z.literal('provide'), run: z.string(), provided: providedSchema }),
  /** The run has ended, and the slot continues with other runs. It removes what it was provided for the run. */
  z.object({ type: z.literal('withdraw'), run: z.string() }),
  /** Run this turn. */
  z.object({ type: z.literal('turn'), turn: turnSubmissionSchema }),
  /** Stop this turn. */
  z.object({ type: z.literal('cancel'), key: turnKeySchema }),
  /** The answer to the request with this id. */
  z.object({ type: z.literal('answer'), key: turnKeySchema, request: z.string(), answer: slotAnswerSchema }),
  /** Events up to this number, and the outcome if `outcome` is true, are stored. The slot can forget them. */
  z.object({
    type: z.literal('acknowledge'),
    key: turnKeySchema,
    events: z.int().nonnegative(),
    outcome: z.boolean(),
  }),
  /** Report the outcomes of these turns, and repeat unacknowledged messages. */
  z.object({ type: z.literal('reconcile'), id: z.string(), keys: z.array(turnKeySchema) }),
  /**
   * The run has ended. The slot removes all data of the run, including keys, from its memory and answers `forgotten`.
   */
  z.object({ type: z.literal('forget') }),
  /** End the process. */
  z.object({ type: z.literal('end') }),
]);
export type ToSlot = z.infer<typeof toSlotSchema>;

/** Slot to engine. */
export const fromSlotSchema = z.discriminatedUnion('type', [
  /** The slot can run a turn. Sent once, after the start. */
  z.object({ type: z.literal('ready') }),
  /** The answer to `forget`. */
  z.object({ type: z.literal('forgotten') }),
  /** An event of the turn, numbered from 1 within the turn. */
  z.object({ type: z.literal('event'), key: turnKeySchema, number: z.int().positive(), event: slotEventSchema }),
  /** Streamed text of the answer. It may be lost. */
  z.object({ type: z.literal('text'), key: turnKeySchema, delta: z.string() }),
  /** A question to the engine. The engine answers it once, unless the turn ends. */
  z.object({ type: z.literal('request'), key: turnKeySchema, id: z.string(), request: slotRequestSchema }),
  /** The turn no longer waits for the answer to this request. */
  z.object({ type: z.literal('request_cancelled'), key: turnKeySchema, id: z.string() }),
  /** The end of the turn. Repeated until it is acknowledged. */
  z.object({ type: z.literal('outcome'), key: turnKeySchema, outcome: slotOutcomeSchema }),
  /** The answer to `reconcile`. */
  z.object({
    type: z.literal('reconciled'),
    id: z.string(),
    turns: z.array(z.object({ key: turnKeySchema, status: z.enum(['outcome', 'queued', 'running', 'unknown']) })),
  }),
]);
export type FromSlot = z.infer<typeof fromSlotSchema>;
