import { z } from 'zod';
import { agentModelSchema } from './agent-model.ts';

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

/** Another agent that judges the answer of a turn, with a description of the task. */
export const judgeSchema = z.object({ agent: turnAgentSchema, brief: z.string() });
export type Judge = z.infer<typeof judgeSchema>;
