import { z } from 'zod';
import { failureSchema } from '../run/error-kind.ts';

/** How a turn ended. */
export const slotOutcomeSchema = z.discriminatedUnion('status', [
  /** The turn has an answer. */
  z.object({
    status: z.literal('value'),
    text: z.string(),
    /** Why the answer does not meet guardrails of the task, if it was kept nevertheless. */
    unmet: z.array(z.string()).optional(),
  }),
  /** The turn failed. */
  z.object({ status: z.literal('error'), failure: failureSchema }),
  /** The turn was cancelled. */
  z.object({ status: z.literal('cancelled') }),
  /** Sent by the slot host, not by the slot: the slot process ended. */
  z.object({ status: z.literal('lost'), reason: z.enum(['crash', 'memory', 'timeout']), detail: z.string() }),
]);
export type SlotOutcome = z.infer<typeof slotOutcomeSchema>;
