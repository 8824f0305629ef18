import { z } from 'zod';
import { agentSchema } from './agent-schema.ts';
import { databasesSchema } from './databases.ts';
import { knowledgeSchema } from './knowledge.ts';
import { layoutSchema } from './layout-schema.ts';
import { settingsSchema } from './settings-schema.ts';
import { taskSchema } from './task-schema.ts';
import { crewToolSchema, mcpServersSchema } from './tool-schema.ts';
import { count, nameSchema } from './value-schemas.ts';
import { workloadEntrySchema } from './workload-schema.ts';

/**
 * The schema of a crew: of the file `*.crew.json`, and of the crew in memory with defaults filled in. The rules that
 * combine several values (references, cycles, units) are in `check.ts`.
 */

export const FORMAT = 'crewlane/1';

export type Agent = z.infer<typeof agentSchema>;
export type Task = z.infer<typeof taskSchema>;

export const poolSchema = z.strictObject({
  name: nameSchema.describe('The name that tasks and tools refer to.'),
  capacity: count(1, 10_000).describe('The number of units.'),
});
export type Pool = z.infer<typeof poolSchema>;

export const crewSchema = z.strictObject({
  format: z.literal(FORMAT).describe('The version of the file format.'),
  name: nameSchema.describe('The name of the crew.'),
  description: z.string().optional().describe('What the crew is for.'),
  process: z
    .enum(['sequential', 'hierarchical', 'consensual'])
    .default('sequential')
    .describe(
      'How the crew works together: tasks have agents, a manager assigns them, or a council proposes and votes.',
    ),
  settings: settingsSchema.prefault({}).describe('Limits, models and defaults of the crew.'),
  agents: z.array(agentSchema).default([]).describe('The agents.'),
  tasks: z.array(taskSchema).default([]).describe('The tasks.'),
  pools: z.array(poolSchema).default([]).describe('The pools of units that tasks share.'),
  workload: z
    .record(z.string(), workloadEntrySchema)
    .default({})
    .describe('Amounts of work that a run is expected to do, by name. Reports compare them with what was measured.'),
  inputs: z
    .record(z.string(), z.json())
    .default({})
    .describe('Values for `{placeholders}` in texts, by name: any JSON.'),
  tools: z.array(crewToolSchema).default([]).describe('Tools that the crew defines: HTTP requests and scripts.'),
  mcp_servers: mcpServersSchema
    .default({})
    .describe('Servers of the Model Context Protocol, by name. Agents use their tools as `server__tool`.'),
  knowledge: z
    .array(knowledgeSchema)
    .default([])
    .describe('Files that agents know. Only the engine reads them, and tools cannot change them.'),
  databases: databasesSchema
    .default({})
    .describe('Databases that `sql_query` can read, by name: PostgreSQL, MySQL and SQLite.'),
  layout: layoutSchema.prefault({}).describe('Positions on the canvas. They do not affect a run.'),
  extras: z.record(z.string(), z.json()).optional().describe('Anything. Crewlane keeps it as it is.'),
});

/** A crew file that tasks of another crew run. */
export interface Part {
  /** The hash of its content. */
  readonly sha256: string;
  /** The crew of the file. Paths of the files that its tasks run begin at the folder of the first crew file. */
  readonly crew: Crew;
}

/** The crew files that the tasks of a linked crew run. */
export interface LinkedFiles {
  /** The crew as its file contains it. */
  readonly file: Crew;
  /** By path, from the folder of the file. */
  readonly parts: Readonly<Record<string, Part>>;
}

/**
 * A crew. Not part of a file: `linked`, which `link.ts` adds with the agents and pools of the named files, and `loops`, the
 * tasks of each loop that has begun, as they were before, by the name of the task with `repeat`.
 */
export type Crew = z.infer<typeof crewSchema> & {
  readonly linked?: LinkedFiles;
  readonly loops?: Readonly<Record<string, readonly Task[]>>;
};
