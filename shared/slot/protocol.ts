import { z } from 'zod';
import { guardrailSchema } from '../project/schema.ts';
import { failureSchema } from '../run/error-kind.ts';
import { lastAnswerSchema, measuredSchema } from '../run/events.ts';
import { toAssignSchema } from './assignment.ts';

/**
 * What the engine and a slot say to each other, whatever carries it: lists of messages, since each sending wakes both
 * processes. Parsed where it comes out of a process, once.
 */

/** A message of a conversation: what OpenAI-compatible servers take, and the thoughts behind an answer. */
export const messageSchema = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content: z.string() }),
  z.object({ role: z.literal('user'), content: z.string() }),
  z.object({
    role: z.literal('assistant'),
    content: z.string().nullable(),
    tool_calls: z
      .array(
        z.object({
          id: z.string(),
          type: z.literal('function'),
          function: z.object({ name: z.string(), arguments: z.string() }),
          /** What the server attached to the call and must get back with it. */
          extra_content: z.json().optional(),
        }),
      )
      .optional(),
    /** What the model thought before its answer. It is recorded, but is not part of the answer. */
    thoughts: z.string().optional(),
    /** The field in which the server sent the thoughts, where it wants them back together with the tool calls. */
    thoughts_field: z.literal('reasoning_content').optional(),
  }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string() }),
]);
export type Message = z.infer<typeof messageSchema>;
export type AssistantMessage = Extract<Message, { role: 'assistant' }>;

/** Which turn of which attempt; the same four are the same turn wherever they arrive. */
export const turnKeySchema = z.object({
  run: z.string(),
  task: z.string(),
  attempt: z.int().positive(),
  turn: z.string().nullable(),
});
export type TurnKey = z.infer<typeof turnKeySchema>;

/** One text for a key, for maps. */
export function turnKeyText(key: TurnKey): string {
  return `${key.run} ${key.task} ${key.attempt} ${key.turn ?? ''}`;
}

/** Where an agent's model is, and how it is asked. The key is held in memory only. */
export const modelAccessSchema = z.object({
  provider: z.string(),
  base_url: z.string(),
  model: z.string(),
  api_key: z.string().nullable(),
  temperature: z.number().optional(),
  max_tokens: z.int().optional(),
  /** Tokens that the model takes in; absent if that is not known. */
  context_window: z.int().positive().optional(),
  /** US dollars per million tokens; null where unknown. `cached`: prompt tokens from the provider's cache. */
  price: z.object({ prompt: z.number(), completion: z.number(), cached: z.number().optional() }).nullable(),
});
export type ModelAccess = z.infer<typeof modelAccessSchema>;

/** An agent as a turn needs it: who it is, its model, its tools. */
export const turnAgentSchema = z.object({
  name: z.string(),
  role: z.string(),
  goal: z.string(),
  /** Its system prompt, filled. */
  system: z.string(),
  model: modelAccessSchema,
  tools: z.array(z.string()),
  max_iterations: z.int().positive(),
});
export type TurnAgent = z.infer<typeof turnAgentSchema>;

/** Tools as models are told of them, by name. */
export const toolTextsSchema = z.record(
  z.string(),
  z.object({ description: z.string(), parameters: z.record(z.string(), z.unknown()) }),
);
export type ToolTexts = z.infer<typeof toolTextsSchema>;

/** Another agent that judges a turn's answer, and what it is told of the task. */
export const judgeSchema = z.object({ agent: turnAgentSchema, brief: z.string() });
export type Judge = z.infer<typeof judgeSchema>;

/** What the answer must meet besides its schema. */
export const turnGuardrailSchema = z.object({
  rule: guardrailSchema,
  /** The agent that judges it, where one does. */
  judge: judgeSchema.optional(),
  /** The tasks whose results it was given. */
  sources: z.array(z.object({ name: z.string(), title: z.string() })),
});
export type TurnGuardrail = z.infer<typeof turnGuardrailSchema>;

/** All that a turn needs: a slot reads nothing of the engine's memory, disk or environment. */
export const turnSubmissionSchema = z.object({
  key: turnKeySchema,
  agent: turnAgentSchema,
  /** The task's text with its context's results, after the system prompt. */
  prompt: z.string(),
  /**
   * Where `prompt` quotes results of others, as [start, end) in characters and in order: these may be shortened to fit
   * the model's window.
   */
  quoted: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])).optional(),
  /** Answered calls of earlier attempts, to go on from; empty for a fresh start. */
  transcript: z.array(messageSchema),
  /** What was said inside the turn, with co-workers and who checks its answers, to go on from: by the delegation's id. */
  nested_conversations: z.record(z.string(), z.array(messageSchema)),
  /** With `allow_delegation`: whom it may ask. */
  coworkers: z.array(turnAgentSchema),
  /** Real path of the tools' folder. */
  workspace: z.string(),
  /** Memory that the slot process may use, in MiB; left out where the host sets no limit. */
  memory_mib: z.int().positive().optional(),
  /** In a rehearsal tools that reach outside the workspace and the run are not called. */
  rehearsal: z.boolean(),
  /** What models are told of tools, where that is settled already; the slot asks the tools about others. */
  tool_texts: toolTextsSchema.optional(),
  /** JSON Schema that the answer must meet, where the task has one. */
  output_schema: z.json().optional(),
  guardrail: turnGuardrailSchema.optional(),
  /** With `settings.manager_review`, unless it is the manager's own task. */
  manager: judgeSchema.optional(),
  /** Of the manager's assignment: an agent for each of these tasks. */
  assignment: toAssignSchema.optional(),
  /** Of a vote: the answer has to name one of these, and the turn's value is that name. */
  choices: z.array(z.string()).optional(),
  /** Of a vote: the roles of the agents that it can choose, by name. */
  choice_roles: z.record(z.string(), z.string()).optional(),
  seed: z.int().nonnegative(),
  /** Milliseconds; the engine keeps the deadline, the slot passes it to its calls. */
  timeout_ms: z.int().positive(),
  /** The limiter's permit for the turn's first model call, where it had one to give at once. */
  permit: z.string().optional(),
});
export type TurnSubmission = z.infer<typeof turnSubmissionSchema>;

/** What a turn did, journalled by the engine. Bodies come along whole; the engine puts them into blobs. */
export const slotEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('llm.call'),
    agent: z.string(),
    model: z.string(),
    ms: z.int().nonnegative(),
    first_token_ms: z.int().nonnegative().nullable(),
    prompt_tokens: z.int().nonnegative(),
    completion_tokens: z.int().nonnegative(),
    cached_prompt_tokens: z.int().positive().optional(),
    tokens_estimated: z.literal(true).optional(),
    cost_usd: z.number().nonnegative().nullable(),
    cost_at_most: z.literal(true).optional(),
    /** The messages that were new in this call (the whole prompt in the first). */
    prompt: z.array(messageSchema),
    /** Null if nothing was answered. Together with `error` it is what came of an answer that does not count. */
    message: messageSchema.nullable(),
    delegation: z.string().optional(),
    error: failureSchema.optional(),
    cut_at_length: z.literal(true).optional(),
    /** Settings that were renamed or left out, because the model does not accept them; absent if none. */
    adjusted: z.array(z.string()).optional(),
    last_answer: lastAnswerSchema.optional(),
    removed_characters: z.int().positive().optional(),
    uncounted_tokens: z.int().positive().optional(),
    /** The permit that it used, which goes back to the limiter with it. */
    permit: z.string().optional(),
  }),
  z.object({
    type: z.literal('tool.call'),
    agent: z.string(),
    call_id: z.string(),
    name: z.string(),
    arguments: z.string(),
    answer: z.string(),
    ms: z.int().nonnegative(),
    ok: z.boolean(),
    rehearsed: z.literal(true).optional(),
    measured: measuredSchema.optional(),
    delegation: z.string().optional(),
    waited_ms: z.int().nonnegative().optional(),
  }),
  z.object({
    type: z.literal('delegation.started'),
    id: z.string(),
    from: z.string(),
    to: z.string(),
    question: z.boolean(),
    judges: z.enum(['manager_review', 'guardrail']).optional(),
  }),
  z.object({ type: z.literal('delegation.ended'), id: z.string(), ok: z.boolean(), ms: z.int().nonnegative() }),
  z.object({
    type: z.literal('check'),
    what: z.enum(['schema', 'guardrail', 'repair', 'manager_review']),
    passed: z.boolean(),
    detail: z.string().optional(),
  }),
]);
export type SlotEvent = z.infer<typeof slotEventSchema>;

/** What a running turn asks of the engine. The two seed tools are answered by the engine, which alone knows the run. */
export const slotRequestSchema = z.discriminatedUnion('kind', [
  /** The tool `shared_resource_pool`, with the agent's own arguments (unchecked JSON). */
  z.object({ kind: z.literal('shared_resource_pool'), agent: z.string(), arguments: z.json() }),
  /** The tool `performance_monitor`. */
  z.object({ kind: z.literal('performance_monitor'), agent: z.string(), arguments: z.json() }),
  /** Permission to write a file of the workspace, so that a run cannot fill the disk. */
  z.object({ kind: z.literal('workspace.write'), file: z.string(), bytes: z.int().nonnegative() }),
  /**
   * A permit for one model call to `origin`; given back by the call's event, or when the turn ends. Not ok: the provider
   * refuses the account, and `text` says why.
   */
  z.object({
    kind: z.literal('limiter.acquire'),
    /** Who asks its model: the turn's own agent, or another inside the turn. */
    agent: z.string(),
    provider: z.string(),
    origin: z.string(),
    tokens: z.int().nonnegative(),
  }),
]);
export type SlotRequest = z.infer<typeof slotRequestSchema>;

/** `text` is what the agent reads; `ok` is false where the tool could not do what it was asked. */
export const slotAnswerSchema = z.object({ ok: z.boolean(), text: z.string() });
export type SlotAnswer = z.infer<typeof slotAnswerSchema>;

export const slotOutcomeSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('value'), text: z.string() }),
  z.object({ status: z.literal('error'), failure: failureSchema }),
  z.object({ status: z.literal('cancelled') }),
  /** Said by the host: the slot's process ended. */
  z.object({ status: z.literal('lost'), reason: z.enum(['crash', 'memory', 'timeout']), detail: z.string() }),
]);
export type SlotOutcome = z.infer<typeof slotOutcomeSchema>;

/** Engine to slot. */
export const toSlotSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('turn'), turn: turnSubmissionSchema }),
  z.object({ type: z.literal('cancel'), key: turnKeySchema }),
  z.object({ type: z.literal('answer'), key: turnKeySchema, request: z.string(), answer: slotAnswerSchema }),
  z.object({
    type: z.literal('acknowledge'),
    key: turnKeySchema,
    events: z.int().nonnegative(),
    outcome: z.boolean(),
  }),
  z.object({ type: z.literal('reconcile'), id: z.string(), keys: z.array(turnKeySchema) }),
  /** The run is over: nothing of it is to stay in the process, no key above all. Answered by `forgotten`. */
  z.object({ type: z.literal('forget') }),
  z.object({ type: z.literal('end') }),
]);
export type ToSlot = z.infer<typeof toSlotSchema>;

/** Slot to engine. */
export const fromSlotSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready') }),
  z.object({ type: z.literal('forgotten') }),
  z.object({ type: z.literal('event'), key: turnKeySchema, number: z.int().positive(), event: slotEventSchema }),
  z.object({ type: z.literal('text'), key: turnKeySchema, delta: z.string() }),
  z.object({ type: z.literal('request'), key: turnKeySchema, id: z.string(), request: slotRequestSchema }),
  z.object({ type: z.literal('request_cancelled'), key: turnKeySchema, id: z.string() }),
  z.object({ type: z.literal('outcome'), key: turnKeySchema, outcome: slotOutcomeSchema }),
  z.object({
    type: z.literal('reconciled'),
    id: z.string(),
    turns: z.array(z.object({ key: turnKeySchema, status: z.enum(['outcome', 'queued', 'running', 'unknown']) })),
  }),
]);
export type FromSlot = z.infer<typeof fromSlotSchema>;
