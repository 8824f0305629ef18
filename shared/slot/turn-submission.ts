import { z } from 'zod';
import { databasesSchema } from '../crew/databases.ts';
import { guardrailSchema } from '../crew/guardrails.ts';
import { toolDefinitionSchema } from '../tools/definition.ts';
import { toAssignSchema } from './assignment.ts';
import { messageSchema } from './message.ts';
import { judgeSchema, turnAgentSchema } from './turn-agent.ts';
import { turnKeySchema } from './turn-key.ts';

/** Descriptions of tools for models, by the name of the tool. */
export const toolTextsSchema = z.record(
  z.string(),
  z.object({ description: z.string(), parameters: z.record(z.string(), z.unknown()) }),
);
export type ToolTexts = z.infer<typeof toolTextsSchema>;

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
