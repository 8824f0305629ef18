import { z } from 'zod';
import { databasesSchema } from '../crew/databases.ts';
import { guardrailSchema } from '../crew/guardrails.ts';
import { failureSchema } from '../run/error-kind.ts';
import {
  costSourceSchema,
  lastAnswerSchema,
  measuredSchema,
  passageSchema,
  SLOT_REPORT_SCHEMAS,
} from '../run/events.ts';
import { ENGINE_TOOL_NAMES } from '../tools/catalogue.ts';
import { callableToolSchema, toolDefinitionSchema } from '../tools/definition.ts';
import { fetchedPageSchema } from '../tools/fetched-page.ts';
import { toAssignSchema } from './assignment.ts';
import { imageSchema } from './image.ts';

/**
 * The messages between the engine and a slot. A transport carries lists of messages, because each transfer wakes both
 * processes. The receiver parses each message once.
 */

/** Fields of a server that Crewlane does not know. They are sent back to the model that they came from. */
const unknownFields = z.record(z.string(), z.json());
/** Images that belong to a text. A model that accepts images gets them after the text. */
const images = z.array(imageSchema).optional();

/**
 * A message of a conversation with a model, as OpenAI-compatible servers accept it, with the thoughts of the model. An
 * answer and its tool calls keep what a server attached to them, such as signatures.
 */
export const messageSchema = z.discriminatedUnion('role', [
  z.object({ role: z.literal('system'), content: z.string() }),
  z.object({ role: z.literal('user'), content: z.string(), images }),
  z.object({
    role: z.literal('assistant'),
    content: z.string().nullable(),
    tool_calls: z
      .array(
        z
          .object({
            id: z.string(),
            type: z.literal('function'),
            function: z.object({ name: z.string(), arguments: z.string() }).catchall(z.json()),
          })
          .catchall(z.json()),
      )
      .optional(),
    /** The thoughts of the model. They are recorded, but are not part of the answer. */
    thoughts: z.string().optional(),
    /** The field that the server sent the thoughts in. It is sent back together with tool calls. */
    thoughts_field: z.enum(['reasoning_content', 'reasoning']).optional(),
    /** Fields of the message that Crewlane does not know. */
    extras: unknownFields.optional(),
    /** The model that gave the answer. Only it receives the extras and the thoughts again. */
    from: z.object({ provider: z.string(), model: z.string() }).optional(),
  }),
  z.object({ role: z.literal('tool'), tool_call_id: z.string(), content: z.string(), images }),
]);
export type Message = z.infer<typeof messageSchema>;
export type AssistantMessage = Extract<Message, { role: 'assistant' }>;
export type ToolMessage = Extract<Message, { role: 'tool' }>;

/** The identity of a turn. Two messages with the same four values are about the same turn. */
export const turnKeySchema = z.object({
  run: z.string(),
  task: z.string(),
  attempt: z.int().positive(),
  /** `propose:AGENT` or `vote:AGENT` of a consensual task; null if the attempt has only one turn. */
  turn: z.string().nullable(),
});
export type TurnKey = z.infer<typeof turnKeySchema>;

/** The key as one text, for maps. */
export function turnKeyText(key: TurnKey): string {
  return `${key.run} ${key.task} ${key.attempt} ${key.turn ?? ''}`;
}

const rate = { prompt: z.number(), completion: z.number(), cached: z.number().optional() };

/** The address and the parameters of an agent's model. A slot gets its key with `provide`, or has it already. */
export const agentModelSchema = z.object({
  provider: z.string(),
  base_url: z.string(),
  model: z.string(),
  temperature: z.number().optional(),
  max_tokens: z.int().optional(),
  /** The version of Azure's API, which calls deployments. */
  api_version: z.string().optional(),
  /** More parameters of the request; `null` removes one. */
  parameters: z.record(z.string(), z.json()).optional(),
  /** More headers of the request. */
  headers: z.record(z.string(), z.string()).optional(),
  /** How tools are called; absent: natively, or as text if the model has no tools. */
  tool_protocol: z.enum(['native', 'text']).optional(),
  /** Tokens that the model accepts; absent if the number is unknown. */
  context_window: z.int().positive().optional(),
  /**
   * US dollars per million tokens; null if unknown. `cached`: for prompt tokens from the cache of the provider. `long`:
   * for calls whose prompt has more than this number of tokens.
   */
  price: z.object({ ...rate, long: z.object({ above_tokens: z.int(), ...rate }).optional() }).nullable(),
});
export type AgentModel = z.infer<typeof agentModelSchema>;

/** A model with the key that its server requires, or null. It is in memory only: no turn and no file contains the key. */
export interface ModelAccess extends AgentModel {
  api_key: string | null;
}

/** An agent with everything that a turn needs to know about it. */
export const turnAgentSchema = z.object({
  name: z.string(),
  role: z.string(),
  goal: z.string(),
  /** The system prompt, with its placeholders replaced. */
  system: z.string(),
  model: agentModelSchema,
  /** The models that answer, in order, if the model cannot; absent if there are none. */
  fallbacks: z.array(agentModelSchema).optional(),
  /** The names of its tools, in which only prefixes of server tools are left. The engine finds those. */
  tools: z.array(z.string()),
  /** The tools whose calls a person must approve: all, or names and wildcards. Absent: only tools that always ask. */
  approve_tools: z.union([z.literal(true), z.array(z.string())]).optional(),
  max_iterations: z.int().positive(),
});
export type TurnAgent = z.infer<typeof turnAgentSchema>;

/** Descriptions of tools for models, by the name of the tool. */
export const toolTextsSchema = z.record(
  z.string(),
  z.object({ description: z.string(), parameters: z.record(z.string(), z.unknown()) }),
);
export type ToolTexts = z.infer<typeof toolTextsSchema>;

/** Another agent that judges the answer of a turn, with a description of the task. */
export const judgeSchema = z.object({ agent: turnAgentSchema, brief: z.string() });
export type Judge = z.infer<typeof judgeSchema>;

/** The guardrails of the task, in order. */
export const turnGuardrailsSchema = z.object({
  rules: z.array(
    z.object({
      rule: guardrailSchema,
      /** The agent that judges the answer; absent for a rule. */
      judge: judgeSchema.optional(),
    }),
  ),
  /** The tasks whose results are in the prompt. */
  sources: z.array(z.object({ name: z.string(), title: z.string() })),
  /** The values that expressions can use; absent if no guardrail is an expression. */
  values: z.object({ inputs: z.record(z.string(), z.json()), outputs: z.record(z.string(), z.json()) }).optional(),
});
export type TurnGuardrails = z.infer<typeof turnGuardrailsSchema>;
export type TurnGuardrail = TurnGuardrails['rules'][number];

/** A tool call without a model. */
export const turnCallSchema = z.object({
  tool: z.string(),
  /** With placeholders replaced. */
  arguments: z.record(z.string(), z.json()),
  /** Placeholders without a value. The call is not made, and the task fails. */
  missing: z.array(z.string()).optional(),
  /** How often a person sent an answer back. It distinguishes the repeated call from the earlier ones. */
  sent_back: z.int().nonnegative(),
  /** An earlier attempt ended before the answer. The call may have been made. */
  again: z.literal(true).optional(),
  /** The answer to the call, if an earlier attempt received it. */
  answered: z.object({ ok: z.boolean(), text: z.string() }).optional(),
});
export type TurnCall = z.infer<typeof turnCallSchema>;

/**
 * Everything that a turn needs, except what depends on the machine of the slot (`provide`). It contains no path and no
 * key.
 */
export const turnSubmissionSchema = z.object({
  key: turnKeySchema,
  agent: turnAgentSchema,
  /** The fallback of the agent's model that the turn calls first, from 1; absent: the model itself. */
  first_fallback: z.int().positive().optional(),
  /** The user prompt: the task and the results of its context. */
  prompt: z.string(),
  /**
   * The places of quoted results in `prompt`, as [start, end) in characters and in order. They can be shortened to fit
   * the context window.
   */
  quoted: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])).optional(),
  /** Files of the workspace that the model receives with the prompt. */
  attachments: z.array(z.string()).optional(),
  /** The number of passages of the crew's knowledge that are added to the prompt, and the text that they are about. */
  knowledge: z.object({ query: z.string(), count: z.int().positive() }).optional(),
  /** The same for items of the crew's memory. */
  memory: z.object({ query: z.string(), count: z.int().positive() }).optional(),
  /** Answered calls of earlier attempts, from which the turn continues; empty for a first attempt. */
  transcript: z.array(messageSchema),
  /** Conversations with coworkers and judges in earlier attempts, by the id of the delegation. */
  nested_conversations: z.record(z.string(), z.array(messageSchema)),
  /** The agents that the agent can delegate to. */
  coworkers: z.array(turnAgentSchema),
  /** Memory limit of the slot process in MiB; absent if the host sets no limit. */
  memory_mib: z.int().positive().optional(),
  /** In a rehearsal, tools that reach outside the workspace and the run are not called. */
  rehearsal: z.boolean(),
  /** Descriptions of tools from an earlier turn. The slot makes the missing ones. */
  tool_texts: toolTextsSchema.optional(),
  /** The tools of the crew itself that the agents of the turn use, by name; absent if there are none. */
  tool_definitions: z.record(z.string(), toolDefinitionSchema).optional(),
  /** The databases that `sql_query` can read, without their addresses; absent if the crew has none. */
  databases: databasesSchema.optional(),
  /** The JSON Schema that the answer must match; absent if the task has none. */
  output_schema: z.json().optional(),
  /** The tool call that is the whole turn; absent for a turn with a model. The agent then has no name and no model. */
  call: turnCallSchema.optional(),
  guardrails: turnGuardrailsSchema.optional(),
  /** What the answer of a router task must choose from; absent for other tasks. */
  router: z
    .object({ choices: z.array(z.string()), choose: z.enum(['one', 'many']), has_default: z.boolean() })
    .optional(),
  /** The manager that reviews the answer; absent without `manager_review` and for a task of the manager. */
  manager: judgeSchema.optional(),
  /** What the limits of the task leave to the turn; absent without limits. */
  limits: z
    .object({
      /** Answered model calls. */
      calls: z.int().nonnegative().optional(),
      tokens: z.int().nonnegative().optional(),
    })
    .optional(),
  /** Only for the turn that assigns tasks: the tasks and agents. */
  assignment: toAssignSchema.optional(),
  /** Only for a vote: the names that the answer can choose. The text of the outcome is the chosen name. */
  choices: z.array(z.string()).optional(),
  /** Only for a vote: the roles of the agents, by name. */
  choice_roles: z.record(z.string(), z.string()).optional(),
  seed: z.int().nonnegative(),
  /** Model calls are reported for the recording of the run, or answered from one; absent: neither. */
  recording: z.enum(['record', 'replay']).optional(),
  /** The timeout of the attempt in milliseconds. The engine enforces it. */
  timeout_ms: z.int().positive(),
  /** The permit for the first model call, if the rate limiter granted one immediately. */
  permit: z.string().optional(),
});
export type TurnSubmission = z.infer<typeof turnSubmissionSchema>;

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

/** Returns the name under which the key of an agent's model, or of one of its fallbacks (from 1), is provided. */
export function keyName(agent: string, fallback: number): string {
  return fallback === 0 ? agent : `${agent}#${fallback}`;
}

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
