import { z } from 'zod';
import { failureSchema } from '../run/error-kind.ts';
import {
  costSourceSchema,
  lastAnswerSchema,
  measuredSchema,
  passageSchema,
  SLOT_REPORT_SCHEMAS,
} from '../run/events.ts';
import { images, messageSchema } from './message.ts';

/** A passage of the crew's knowledge with its text. */
export const foundPassageSchema = passageSchema.extend({ text: z.string() });
export type FoundPassage = z.infer<typeof foundPassageSchema>;

/**
 * An event of a turn. The engine writes it to the journal, and long texts to blobs. Events that the journal stores as
 * they are reported are defined in `shared/run/events` with `slotEventKind`.
 */
export const slotEventSchema = z.discriminatedUnion('type', [
  /** One answered or failed model call. */
  z.object({
    type: z.literal('llm.call'),
    agent: z.string(),
    model: z.string(),
    provider: z.string().optional(),
    fallback: z.int().positive().optional(),
    ms: z.int().nonnegative(),
    first_token_ms: z.int().nonnegative().nullable(),
    prompt_tokens: z.int().nonnegative(),
    completion_tokens: z.int().nonnegative(),
    cached_tokens: z.int().positive().optional(),
    thought_tokens: z.int().positive().optional(),
    tokens_estimated: z.literal(true).optional(),
    cost_usd: z.number().nonnegative().nullable(),
    cost_from: costSourceSchema.optional(),
    cost_at_most: z.literal(true).optional(),
    /** The messages that are new in this call; all messages in the first call. */
    prompt: z.array(messageSchema),
    /** The answer; null if there is none. With `error`: the part of an answer that does not count. */
    message: messageSchema.nullable(),
    delegation: z.string().optional(),
    error: failureSchema.optional(),
    cut_at_length: z.literal(true).optional(),
    finish: z.string().optional(),
    left_out: z.array(z.string()).optional(),
    /** Notes on settings that were sent under another name; absent if none. */
    adjusted: z.array(z.string()).optional(),
    final: lastAnswerSchema.optional(),
    /** Tools were called in the text of prompts and answers. */
    protocol: z.literal('text').optional(),
    shortened: z.int().positive().optional(),
    uncounted_tokens: z.int().positive().optional(),
    /** The number of images that were sent; absent if none. */
    images: z.int().positive().optional(),
    /** The permit of the call. The engine releases it. */
    permit: z.string().optional(),
    /** The request and the answer, in a run that is recorded. */
    recorded: z.json().optional(),
  }),
  /** One tool call. */
  z.object({
    type: z.literal('tool.call'),
    agent: z.string(),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
    answer: z.string(),
    images,
    ms: z.int().nonnegative(),
    ok: z.boolean(),
    rehearsed: z.literal(true).optional(),
    repeated: z.literal(true).optional(),
    approved: z.enum(['approved', 'edited', 'refused']).optional(),
    measured: measuredSchema.optional(),
    delegation: z.string().optional(),
    waited_ms: z.int().nonnegative().optional(),
  }),
  /** Passages that an agent received. */
  z.object({
    type: z.literal('knowledge.used'),
    agent: z.string(),
    by: z.enum(['prompt', 'tool', 'memory']),
    passages: z.array(foundPassageSchema),
  }),
  ...SLOT_REPORT_SCHEMAS,
]);
export type SlotEvent = z.infer<typeof slotEventSchema>;
