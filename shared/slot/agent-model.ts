import { z } from 'zod';

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

/** Returns the name under which the key of an agent's model, or of one of its fallbacks (from 1), is provided. */
export function keyName(agent: string, fallback: number): string {
  return fallback === 0 ? agent : `${agent}#${fallback}`;
}
