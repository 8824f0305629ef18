import { z } from 'zod';
import { modelChoices } from './model-choice.ts';
import { approveTools, count, nameSchema, positive, text } from './value-schemas.ts';

export const agentSchema = z.strictObject({
  name: nameSchema.describe('The name that tasks refer to.'),
  role: z.string().describe('Who the agent is.'),
  goal: z.string().describe('What the agent should achieve.'),
  backstory: z.string().default('').describe("Experience and style that shape the agent's answers."),
  tools: z
    .array(text)
    .default([])
    .describe(
      'The tools that the agent can call: built-in tools, tools of the crew, `server__tool`, or a prefix with a final `*`.',
    ),
  approve_tools: approveTools
    .default(false)
    .describe('Whether a person approves each tool call: `true` for all, or names and wildcards such as `notes__*`.'),
  manager: z
    .boolean()
    .default(false)
    .describe('Whether the agent is the manager of a `hierarchical` crew, which has exactly one.'),
  allow_delegation: z
    .boolean()
    .default(false)
    .describe('Whether the agent can delegate work and questions to coworkers.'),
  verbose: z
    .boolean()
    .default(false)
    .describe("Whether the command line shows the agent's turns in its progress output."),
  memory: z.boolean().optional().describe('In place of `settings.memory`.'),
  max_iterations: count(1, 200)
    .default(20)
    .describe('The longest turn, in model calls. The last call must give the answer.'),
  max_rpm: positive.optional().describe('Model calls per minute of the agent.'),
  max_concurrent: z.int().positive().optional().describe('The number of turns that the agent runs at the same time.'),
  ...modelChoices,
});
