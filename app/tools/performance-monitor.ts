import { z } from 'zod';
import { parametersOf } from './arguments.ts';
import type { Tool } from './tool.ts';

const schema = z.object({
  action: z.enum(['start_tracking', 'end_tracking', 'log_milestone', 'get_metrics']),
  task_id: z.string().optional().describe('The task; default: the one that you work on'),
  task_name: z.string().optional(),
  milestone: z.string().optional().describe('For log_milestone: the name of the milestone'),
  data: z
    .json()
    .optional()
    .describe('For log_milestone: figures of the milestone; {"passed": true} or {"passed": false} makes it a check'),
});

/** The engine answers this tool and parses its arguments, because only the engine knows the run. */
export const performanceMonitor: Tool = {
  name: 'performance_monitor',
  describe: async () => ({
    description: 'Tracks this run: log milestones of the task you work on, and get the metrics of all tasks so far.',
    parameters: parametersOf(schema),
  }),
  call: async (args, { agent, ask }) => ask({ kind: 'performance_monitor', agent, arguments: z.json().parse(args) }),
};
