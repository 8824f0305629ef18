import type { HttpTool, ToolLimits } from '../../tools/definition.ts';
import type { Database } from '../databases.ts';
import type { CrewTool, McpServer } from '../tool-schema.ts';
import type { FieldTable } from './field-info.ts';

type CommandServer = Extract<McpServer, { command: string }>;
type UrlServer = Extract<McpServer, { url: string }>;

const HEADER_KEYS_HELP =
  'Headers that contain a key, by name. The last word is the name of the key, such as Bearer CRM_TOKEN. Never the key itself.';

const LIMIT_FIELDS: FieldTable<ToolLimits> = {
  timeout_s: { label: 'Call timeout', help: 'A call that takes longer fails.', group: 'Limits', unit: 's' },
  max_calls: { label: 'Max calls per run', help: 'The number of calls of all agents together.', group: 'Limits' },
  answer_characters: {
    label: 'Max answer',
    help: 'The rest of a longer answer is cut off.',
    group: 'Limits',
    unit: 'characters',
    step: 1000,
  },
};

const HTTP_FIELDS: FieldTable<HttpTool> = {
  method: {
    label: 'Method',
    help: 'What the request does. Models call GET and HEAD in parallel.',
    group: 'Request',
    choices: { GET: 'GET', HEAD: 'HEAD', POST: 'POST', PUT: 'PUT', PATCH: 'PATCH', DELETE: 'DELETE' },
  },
  url: {
    label: 'Address',
    help: 'An {argument} after the host is replaced by an argument of the call: https://crm.example/leads/{id}.',
    group: 'Request',
    lines: 2,
  },
  header_keys: { label: 'Headers with keys', help: HEADER_KEYS_HELP, group: 'Request' },
  query: { label: 'Query', help: 'Parameters of the query, by name. They can contain {arguments}.', group: 'Request' },
  headers: { label: 'Headers', help: 'Other headers, by name. Never a key.', group: 'Request', advanced: true },
  body: {
    label: 'Body',
    help: 'The body as JSON, with {arguments}.',
    group: 'Request',
    unset: 'the other arguments',
  },
  answer: {
    label: 'Part of the answer',
    help: 'The part of a JSON answer that the model gets, such as /data/items.',
    group: 'Request',
    unset: 'all of it',
  },
};

const TOOL_FIELDS: FieldTable<Pick<CrewTool, 'name' | 'description' | 'parameters'>> = {
  name: { label: 'Name', help: 'Agents and tasks use the tool by this name.', group: 'Tool', custom: 'defined name' },
  description: {
    label: 'Description',
    help: 'What the tool does and when to use it. Models decide by this text.',
    group: 'Tool',
    lines: 2,
  },
  parameters: {
    label: 'Arguments',
    help: 'The arguments of a call, as JSON Schema of an object: {"properties": {"id": {"type": "string"}}}.',
    group: 'Tool',
    isJsonSchema: true,
  },
};

/** How each key of a tool that is an HTTP request is edited. */
export const HTTP_TOOL_FIELDS: FieldTable<Omit<CrewTool, 'script'>> = {
  ...TOOL_FIELDS,
  http: { fields: HTTP_FIELDS },
  ...LIMIT_FIELDS,
};

/** How each key of a tool that is a script is edited. */
export const SCRIPT_TOOL_FIELDS: FieldTable<Omit<CrewTool, 'http'>> = {
  ...TOOL_FIELDS,
  script: {
    label: 'Script',
    help: 'A JavaScript module below the folder of the crew file, such as tools/rank.js.',
    group: 'Tool',
  },
  ...LIMIT_FIELDS,
};

const SERVER_FIELDS: FieldTable<Omit<UrlServer, 'url' | 'header_keys'>> = {
  tools: {
    label: 'Offered tools',
    help: 'The tools of the server that agents can use, one per line. A final * matches any ending.',
    group: 'Server',
    advanced: true,
    unset: 'all',
  },
  start_timeout_s: {
    label: 'Start timeout',
    help: 'A server that takes longer to start fails.',
    group: 'Limits',
    unit: 's',
    advanced: true,
  },
  ...LIMIT_FIELDS,
};

/** How each key of a server that is a program is edited. */
export const COMMAND_SERVER_FIELDS: FieldTable<CommandServer> = {
  command: {
    label: 'Program',
    help: 'The program that is started in the folder of the crew file, such as node or npx.',
    group: 'Server',
  },
  args: { label: 'Program arguments', help: 'The arguments of the program, one per line.', group: 'Server' },
  env_keys: {
    label: 'Keys',
    help: 'The names of keys, one per line, that the program gets as environment variables. Never the keys themselves.',
    group: 'Server',
  },
  ...SERVER_FIELDS,
};

/** How each key of a server at an address is edited. */
export const URL_SERVER_FIELDS: FieldTable<UrlServer> = {
  url: { label: 'Address', help: 'The address of a server with streamable HTTP.', group: 'Server' },
  header_keys: { label: 'Headers with keys', help: HEADER_KEYS_HELP, group: 'Server' },
  ...SERVER_FIELDS,
};

/** How the name of a database is edited. */
export const DATABASE_NAME_FIELD: FieldTable<{ name: string }> = {
  name: {
    label: 'Name',
    help: 'Agents name the database in calls of sql_query.',
    group: 'Database',
    custom: 'defined name',
  },
};

/** How each key of a database server is edited. */
export const SERVER_DATABASE_FIELDS: FieldTable<Extract<Database, { url_key: string }>> = {
  kind: {
    label: 'Kind',
    help: 'The kind of the database server.',
    group: 'Database',
    choices: { postgres: 'PostgreSQL', mysql: 'MySQL' },
  },
  url_key: {
    label: 'Key with the address',
    help: 'The name of a key whose value is the address: postgres://user:password@host/database. Use an account that can only read.',
    group: 'Database',
  },
  ...LIMIT_FIELDS,
};

/** How each key of a database that is a file is edited. */
export const FILE_DATABASE_FIELDS: FieldTable<Omit<Extract<Database, { file: string }>, 'kind'>> = {
  file: { label: 'File', help: 'The SQLite file, in the workspace.', group: 'Database' },
  ...LIMIT_FIELDS,
};

/** How the name of a server is edited. */
export const SERVER_NAME_FIELD: FieldTable<{ name: string }> = {
  name: {
    label: 'Name',
    help: 'Agents use the tools of the server as NAME__tool.',
    group: 'Server',
    custom: 'defined name',
  },
};
