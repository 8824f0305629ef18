import { z } from 'zod';
import { httpToolSchema, LIMIT_SETTINGS } from '../tools/definition.ts';
import { holdsCredentials } from './address.ts';

/** 1 to 64 letters, digits, `_` and `-`, without `__`, which separates a server from its tool. */
export const TOOL_NAME = /^(?!.*__)[A-Za-z_][A-Za-z0-9_-]{0,63}$/;
/** The name of a tool, a server or a database. */
export const toolName = z.string().regex(TOOL_NAME);
/** The name of a key, in the key store or the environment. */
export const variable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'it is not the name of an environment variable. Use letters, digits and "_".');

/** The address of a server, without a user name, password or key, because a crew file never contains a key. */
export const addressSchema = z
  .url({ protocol: /^https?$/ })
  .refine(
    (url) => !holdsCredentials(url),
    'a crew file must not contain a user name, password or key. Remove it from the address.',
  );

/** A tool of the crew itself. `check-tools.ts` checks that it has exactly one of the keys that say how it works. */
export const crewToolSchema = z.strictObject({
  name: toolName.describe('The name that agents and tasks use. Letters, digits, `_` and `-`, without `__`.'),
  description: z.string().min(1).describe('What the tool does, and when to use it. Models and people read it.'),
  parameters: z
    .record(z.string(), z.json())
    .default({})
    .describe('The arguments of a call, as JSON Schema of an object.'),
  http: httpToolSchema.optional().describe('Calls are this HTTP request.'),
  script: z.string().min(1).optional().describe('Calls run this JavaScript module, below the folder of the crew file.'),
  ...LIMIT_SETTINGS,
});
export type CrewTool = z.infer<typeof crewToolSchema>;

const ofEveryServer = {
  tools: z
    .array(z.string().min(1))
    .optional()
    .describe("The server's tools that agents can use: names, or prefixes with a final `*`. Default: all."),
  start_timeout_s: z
    .number()
    .min(0.1)
    .max(3600)
    .default(30)
    .describe('How long the server may take to start, in seconds.'),
  ...LIMIT_SETTINGS,
};

/** A program that Crewlane starts. */
export const commandServerSchema = z.strictObject({
  command: z.string().min(1).describe('The program that is started in the folder of the crew file.'),
  args: z.array(z.string()).default([]).describe('The arguments of the program.'),
  env_keys: z
    .array(variable)
    .default([])
    .describe(
      'The names of keys, in the key store or the environment, that the program gets as environment variables.',
    ),
  ...ofEveryServer,
});

/** A server at an address. */
export const urlServerSchema = z.strictObject({
  url: addressSchema.describe('The address of a server with streamable HTTP.'),
  header_keys: z
    .record(z.string(), z.string().min(1))
    .default({})
    .describe(
      'Headers with a key, by name. The last word is the name of the key, in the key store or the environment; earlier words are sent as they are: `Bearer CRM_TOKEN`.',
    ),
  ...ofEveryServer,
});

/** A server of the Model Context Protocol: a program that Crewlane starts, or an address. */
export const mcpServerSchema = z.union([commandServerSchema, urlServerSchema]);
export type McpServer = z.infer<typeof mcpServerSchema>;

/** A server's name does not end with `_`, so that `server__tool` has one meaning. */
const serverName = toolName.regex(/[^_]$/);
export const mcpServersSchema = z.record(serverName, mcpServerSchema);

/** The name of a server, which is the key of its definition. */
export const serverNameSchema = z.object({ name: serverName });
