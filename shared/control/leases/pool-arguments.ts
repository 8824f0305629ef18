import { z } from 'zod';

/** The actions of the tool `shared_resource_pool`, for messages. */
export const ACTIONS = 'acquire_resource, release_resource, get_resource_status, create_resource_pool';

/**
 * The arguments of the original tool. Numbers may be strings, because models write them so. An unknown key is refused:
 * otherwise a capacity under another name would be ignored.
 */
export const poolArgumentsSchema = z.strictObject({
  action: z.string(),
  resource_id: z.string().optional(),
  agent_id: z.string().optional(),
  timeout: z.coerce.number().nonnegative().optional(),
  pool_config: z
    .strictObject({ name: z.string(), capacity: z.coerce.number().int().min(1).max(10_000).optional() })
    .optional(),
});
export type PoolArguments = z.infer<typeof poolArgumentsSchema>;
