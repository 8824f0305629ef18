import { z } from 'zod';
import { parametersOf } from './arguments.ts';
import type { Tool } from './tool.ts';

const schema = z.strictObject({
  action: z.enum(['acquire_resource', 'release_resource', 'get_resource_status', 'create_resource_pool']),
  resource_id: z.string().optional().describe('The resource to acquire or release'),
  agent_id: z.string().optional().describe('The agent that holds it; default: you'),
  timeout: z.number().optional().describe('The number of seconds to wait for it; default: 30'),
  pool_config: z
    .strictObject({ name: z.string(), capacity: z.int().optional() })
    .optional()
    .describe('For create_resource_pool'),
});

/** The engine answers calls of this tool and parses its arguments, because only the engine knows all leases. */
export const sharedResourcePool: Tool = {
  name: 'shared_resource_pool',
  describe: async () => ({
    description:
      'Resources that agents share: acquire a resource before you use it, and release it afterwards. The call waits while others hold all units of it.',
    parameters: parametersOf(schema),
  }),
  call: async (args, { agent, ask }) => ask({ kind: 'shared_resource_pool', agent, arguments: z.json().parse(args) }),
};
