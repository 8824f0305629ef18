import { z } from 'zod';
import { failureSchema } from '../run/error-kind.ts';
import { measuredSchema } from '../run/events.ts';
import { ENGINE_TOOL_NAMES } from '../tools/catalogue.ts';
import { callableToolSchema, toolDefinitionSchema } from '../tools/definition.ts';
import { fetchedPageSchema } from '../tools/fetched-page.ts';
import { imageSchema } from './image.ts';
import { foundPassageSchema } from './slot-event.ts';

/** A call of the tool, with the unchecked arguments of the agent. The engine answers it, because only it knows the run. */
export const engineToolRequestSchema = z.object({
  kind: z.enum(ENGINE_TOOL_NAMES),
  agent: z.string(),
  arguments: z.json(),
  /** The same for the same call in every attempt and resume. */
  call: z.string().optional(),
});

/** A request of a running turn. */
export const slotRequestSchema = z.discriminatedUnion('kind', [
  engineToolRequestSchema,
  /** The definitions of the server tools that an agent uses. The engine starts their servers. */
  z.object({ kind: z.literal('tools.find'), agent: z.string(), names: z.array(z.string()) }),
  /** A call of a tool that runs in the process of the engine. */
  z.object({
    kind: z.literal('tool.call'),
    agent: z.string(),
    /** Where the call is made. The engine adds it, and items of the memory name it. */
    of: z.object({ run: z.string(), task: z.string() }).optional(),
    tool: callableToolSchema,
    arguments: z.json(),
    /** The same for the same call of the same task in every attempt and resume. */
    idempotency_key: z.string(),
    /** The call is from an earlier attempt, which ended before its answer. A write may have been sent. */
    again: z.literal(true).optional(),
  }),
  /** Permission for a call of a tool that the crew defines and that runs in the slot: a run has a limit of calls. */
  z.object({ kind: z.literal('tool.count'), tool: callableToolSchema }),
  /**
   * The approval of a tool call by a person. The text of the answer is an `ApprovalAnswer` as JSON. If it is not ok, the
   * call is not made, and the text is its answer.
   */
  z.object({
    kind: z.literal('tool.approve'),
    agent: z.string(),
    tool: z.string(),
    arguments: z.json(),
    /** The same for the same call in every attempt and resume. */
    call: z.string(),
    /** The call has effects outside the run. If it was approved in an earlier attempt, it is not made again. */
    once: z.literal(true).optional(),
  }),
  /** In a replay: the recorded answer to a model or tool call, as JSON in the text of the answer. */
  z.object({
    kind: z.literal('recording.find'),
    of: z.enum(['llm', 'tool']),
    /** The SHA-256 of the request as canonical JSON. */
    sha256: z.string(),
    /** A description of the call, for the message if there is no answer. */
    call: z.string(),
  }),
  /** Permission to write a file of the workspace: a run has a limit, so that it cannot fill the disk. */
  z.object({ kind: z.literal('workspace.write'), file: z.string(), bytes: z.int().nonnegative() }),
  /**
   * A permit for one model call to `origin`. The event of the call or the end of the turn releases it. If the answer is
   * not ok, the provider refuses the account, and `text` contains the reason.
   */
  z.object({
    kind: z.literal('limiter.acquire'),
    /** The agent that calls its model: the agent of the turn, a coworker or a judge. */
    agent: z.string(),
    provider: z.string(),
    origin: z.string(),
    tokens: z.int().nonnegative(),
    /** The fallback of the agent's model that is called, from 1; absent: the model itself. */
    fallback: z.int().positive().optional(),
    /** Whether another model can answer. A long wait is then refused with the kind `rate_limit`. */
    can_fall_back: z.literal(true).optional(),
  }),
]);
export type SlotRequest = z.infer<typeof slotRequestSchema>;
/** A call of a tool that runs in the process of the engine. */
export type MainToolCall = Extract<SlotRequest, { kind: 'tool.call' }>;

/** The decision of a person about a tool call. */
export const approvalAnswerSchema = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('approved'), remark: z.string().optional() }),
  z.object({ answer: z.literal('edited'), arguments: z.json(), remark: z.string().optional() }),
  z.object({ answer: z.literal('refused'), remark: z.string().optional() }),
]);
export type ApprovalAnswer = z.infer<typeof approvalAnswerSchema>;

/** `text` is the answer for the agent. `ok` is false if the request failed. */
export const slotAnswerSchema = z.object({
  ok: z.boolean(),
  text: z.string(),
  /** Images of the answer of a tool. */
  images: z.array(imageSchema).optional(),
  /** The answer to `tools.find`. */
  tools: z.array(toolDefinitionSchema).optional(),
  /** The page that `web_fetch` asked for. */
  page: fetchedPageSchema.optional(),
  /** The item that `remember` stored. */
  remembered: z.object({ id: z.string(), text: z.string() }).optional(),
  /** The passages that `knowledge_search` found. */
  passages: z.array(foundPassageSchema).optional(),
  measured: measuredSchema.optional(),
  /** The turn must fail: a server did not start, or lacks a tool that the crew names. Or why a permit was refused. */
  failure: failureSchema.optional(),
});
export type SlotAnswer = z.infer<typeof slotAnswerSchema>;
