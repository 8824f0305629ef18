import { z } from 'zod';
import { failureSchema } from '../run/error-kind.ts';
import { measuredSchema } from '../run/events.ts';
import { imageSchema } from '../slot/image.ts';
import { messageSchema } from '../slot/message.ts';
import { foundPassageSchema } from '../slot/slot-event.ts';

/**
 * The recording of a run: a header, then one entry per line for each answer that came from outside, in the order of the
 * journal. A replay answers a request with the `n`th entry of its key.
 */
export const RECORDING_FORMAT = 'crewlane-recording/1';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.int().nonnegative();

export const recordingHeaderSchema = z.object({
  format: z.literal(RECORDING_FORMAT),
  /** The SHA-256 of the crew file. */
  crew_sha256: sha256,
  /** The context windows of the models in tokens, by agent, because local servers report them. */
  context_windows: z.record(z.string(), z.int().positive()),
});
export type RecordingHeader = z.infer<typeof recordingHeaderSchema>;

const ofConversation = {
  task: z.string(),
  /** The turn of a consensual task; null for other tasks. */
  turn: z.string().nullable(),
  /** The conversation is that of a coworker or a judge inside the turn. */
  delegated: z.boolean(),
  agent: z.string(),
};

/** A model call, without the model: a recording can be replayed where that model is not available. */
export const llmRequestSchema = z.object({ ...ofConversation, messages: z.array(messageSchema) });
export type LlmRequest = z.infer<typeof llmRequestSchema>;

const usageSchema = z.object({
  prompt_tokens: count,
  cached_tokens: count,
  completion_tokens: count,
  thought_tokens: count,
  /** US dollars as the provider reported them; null if it did not. */
  cost_usd: z.number().nonnegative().nullable(),
  estimated: z.boolean(),
});

const ofCall = {
  first_token_ms: count.nullable(),
  finish: z.string().nullable(),
  adjusted: z.array(z.string()),
  left_out: z.array(z.string()),
  protocol: z.enum(['native', 'text']),
};

export const llmAnswerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('answered'),
    message: messageSchema.options[2],
    usage: usageSchema,
    cut_at_length: z.boolean(),
    ...ofCall,
  }),
  z.object({
    status: z.literal('failed'),
    failure: failureSchema,
    message: messageSchema.options[2].optional(),
    usage: usageSchema.optional(),
    ...ofCall,
  }),
]);
export type LlmAnswer = z.infer<typeof llmAnswerSchema>;

/** The report of a slot about a model call of a recorded run. The journal stores it as a blob. */
export const recordedCallSchema = z.object({
  request: llmRequestSchema,
  /** Null for a call that was cancelled. */
  answer: llmAnswerSchema.nullable(),
});
export type RecordedCall = z.infer<typeof recordedCallSchema>;

export const toolRequestSchema = z.object({
  ...ofConversation,
  /** The ID that the model gave the call. */
  call: z.string(),
  tool: z.string(),
  /** The arguments as the model wrote them. */
  arguments: z.string(),
});
export type ToolRequest = z.infer<typeof toolRequestSchema>;

export const toolAnswerSchema = z.object({
  ok: z.boolean(),
  text: z.string(),
  images: z.array(imageSchema).optional(),
  measured: measuredSchema.optional(),
  /** The passages of the crew's knowledge that a prompt contains. */
  passages: z.array(foundPassageSchema).optional(),
});

/** A request to a person: to review a task, to approve a tool call, or to answer a question of an agent. */
export const personRequestSchema = z.discriminatedUnion('asked', [
  z.object({ asked: z.literal('review'), task: z.string(), when: z.enum(['before', 'after']) }),
  z.object({
    asked: z.literal('approval'),
    task: z.string(),
    agent: z.string(),
    tool: z.string(),
    arguments: z.json(),
  }),
  z.object({ asked: z.literal('question'), task: z.string(), agent: z.string(), question: z.string() }),
]);
export type PersonRequest = z.infer<typeof personRequestSchema>;

export const personAnswerSchema = z.object({
  answer: z.enum(['approved', 'edited', 'sent_back', 'refused', 'answered']),
  remark: z.string().optional(),
  /** The result that the person wrote, or the answer to the question. */
  text: z.string().optional(),
  /** The arguments of a tool call, as the person changed them. */
  arguments: z.json().optional(),
});
export type RecordedPersonAnswer = z.infer<typeof personAnswerSchema>;

const ofEntry = {
  /** The SHA-256 of the request as canonical JSON. */
  key: sha256,
  /** The number of the entry among those with the same key, from 1. */
  n: z.int().positive(),
  ms: count,
};

export const recordingEntrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('llm'), ...ofEntry, request: llmRequestSchema, answer: llmAnswerSchema }),
  z.object({ kind: z.literal('tool'), ...ofEntry, request: toolRequestSchema, answer: toolAnswerSchema }),
  z.object({ kind: z.literal('person'), ...ofEntry, request: personRequestSchema, answer: personAnswerSchema }),
]);
export type RecordingEntry = z.infer<typeof recordingEntrySchema>;
export type EntryKind = RecordingEntry['kind'];

/** A recording as it is read from its file. */
export interface Recording {
  header: RecordingHeader;
  entries: readonly RecordingEntry[];
}

/** Returns the request under which a recording contains the passages, or the items of the memory, in a turn's prompt. */
export function promptPassagesRequest(of: {
  task: string;
  turn: string | null;
  agent: string;
  by: 'prompt' | 'memory';
}): ToolRequest {
  const { by, ...turn } = of;
  const tool = by === 'prompt' ? 'knowledge_search' : 'recall';
  return { ...turn, delegated: false, call: 'prompt', tool, arguments: '' };
}
