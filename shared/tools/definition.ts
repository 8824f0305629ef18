import { z } from 'zod';
import { MAIN_TOOL_NAMES } from './catalogue.ts';
import type { ToolPlace } from './description.ts';

/**
 * The tools that a crew defines itself: in its file (`tools`), or by naming a server (`mcp_servers`).
 *
 * To add a kind, such as `http` or `script`:
 * 1. Here: an entry of `toolSourceSchema` with what its runner needs, and its place in `PLACE_OF_KIND`.
 * 2. `shared/crew/tool-schema.ts`: how the crew file defines it. `shared/crew/resolve-tools.ts` makes the definition.
 * 3. Its runner: in the slot, an entry of `app/tools/defined-tool.ts`; in the process of the engine, an entry of
 *    `app/main-tools/main-tools.ts`.
 * 4. `shared/trust/permissions.ts`, if calls of it need trust.
 */

/** The limits of the calls of one tool. */
export const toolLimitsSchema = z.object({
  /** The longest call, in seconds. */
  timeout_s: z.number().positive(),
  /** Calls per run, of all agents together. */
  max_calls: z.int().positive(),
  /** The longest answer, in characters. The rest is cut off. */
  answer_characters: z.int().positive(),
});
export type ToolLimits = z.infer<typeof toolLimitsSchema>;

/** The limits of built-in tools that run in the process of the engine. */
export const BUILT_IN_LIMITS: ToolLimits = { timeout_s: 60, max_calls: 1000, answer_characters: 64_000 };

/** The first search reads all files, and a crew can have thousands of tasks. The timeout of the attempt ends a call too. */
export const KNOWLEDGE_LIMITS: ToolLimits = { timeout_s: 3600, max_calls: 1_000_000, answer_characters: 64_000 };

/** The settings of the crew file for the limits of a tool, with their defaults. */
export const LIMIT_SETTINGS = {
  timeout_s: z.number().min(0.1).max(86_400).default(30).describe('The longest call, in seconds.'),
  max_calls: z.int().min(1).max(1_000_000).default(1000).describe('Calls per run, of all agents together.'),
  answer_characters: z
    .int()
    .min(100)
    .max(1_000_000)
    .default(64_000)
    .describe('The longest answer, in characters. The rest is cut off.'),
};

/** A host without placeholders, a user name or a password. */
const FIXED_HOST = /^https?:\/\/[^\s/?#{}@\\]+(?:[/?#]|$)/i;

/** An HTTP request whose texts contain `{arguments}`. */
export const httpToolSchema = z.strictObject({
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET').describe('The HTTP method.'),
  url: z
    .string()
    .regex(FIXED_HOST, 'it is not a web address with a fixed host, such as https://crm.example/leads/{id}.')
    .describe('The address. `{argument}` after the host is replaced by an argument of the call, encoded.'),
  query: z.record(z.string(), z.string()).default({}).describe('Parameters of the query, by name.'),
  headers: z.record(z.string(), z.string()).default({}).describe('Headers, by name. Never a key.'),
  header_keys: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      'Headers with a key, by name. The last word is the name of the key, in the key store or the environment; earlier words are sent as they are: `Bearer CRM_TOKEN`.',
    ),
  body: z
    .json()
    .optional()
    .describe('The body as JSON, with `{arguments}`. Default: the arguments not used elsewhere.'),
  answer: z.string().optional().describe('The part of a JSON answer that is the answer, as a JSON Pointer.'),
});

export type HttpTool = z.infer<typeof httpToolSchema>;

/** What carries out the calls of a tool. */
export const toolSourceSchema = z.discriminatedUnion('kind', [
  /** A built-in tool that runs in the process of the engine. */
  z.object({ kind: z.literal('built_in'), tool: z.enum([...MAIN_TOOL_NAMES, 'web_fetch', 'sql_query']) }),
  z.object({ kind: z.literal('http'), http: httpToolSchema }),
  /** `script`: the path of the module, below the folder of the crew file. `code`: its text, which the engine reads. */
  z.object({ kind: z.literal('script'), script: z.string(), code: z.string().optional() }),
  /** `tool`: the name of the tool as the server spells it. */
  z.object({ kind: z.literal('mcp'), server: z.string(), tool: z.string() }),
]);
export type ToolSource = z.infer<typeof toolSourceSchema>;
export type ToolKind = ToolSource['kind'];

export const PLACE_OF_KIND = { built_in: 'main', http: 'main', script: 'slot', mcp: 'main' } as const satisfies Record<
  ToolKind,
  ToolPlace
>;
type KindsIn<Place extends ToolPlace> = {
  [Kind in ToolKind]: (typeof PLACE_OF_KIND)[Kind] extends Place ? Kind : never;
}[ToolKind];
/** The kinds of tools that run in the process of the engine. */
export type MainToolKind = KindsIn<'main'>;

/** What a call of a tool needs to know about it. */
export const callableToolSchema = z.object({
  /** The name that models use. */
  name: z.string(),
  source: toolSourceSchema,
  limits: toolLimitsSchema,
});
export type CallableTool = z.infer<typeof callableToolSchema>;

/** A tool that a crew defines, complete. */
export const toolDefinitionSchema = callableToolSchema.extend({
  description: z.string(),
  /** JSON Schema of an object. */
  parameters: z.record(z.string(), z.unknown()),
});
export type ToolDefinition = z.infer<typeof toolDefinitionSchema>;
