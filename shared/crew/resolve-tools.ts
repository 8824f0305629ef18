import { isToolName, reachesOutside, TOOL_NAMES, type ToolName } from '../tools/catalogue.ts';
import type { ToolDefinition, ToolLimits, ToolSource } from '../tools/definition.ts';
import type { CrewTool, McpServer } from './tool-schema.ts';

/** What separates the name of a server from that of its tool. Neither crew tools nor servers contain it. */
export const SERVER_SEPARATOR = '__';

/** What the names in `tools` can refer to, in addition to the built-in tools. */
export interface ToolNames {
  readonly tools: readonly { readonly name: string }[];
  readonly mcp_servers: Readonly<Record<string, unknown>>;
}

/** The same, with everything that definitions are made of. */
export interface DefinedTools {
  readonly tools: readonly CrewTool[];
  readonly mcp_servers: Readonly<Record<string, McpServer>>;
}

/** A tool as its server lists it. */
export interface ServerTool {
  /** The name as the server spells it. */
  name: string;
  /** `server__tool` as models use it: at most 64 letters, digits, `_` and `-`. */
  model_name: string;
  description: string;
  /** JSON Schema of an object. */
  parameters: Record<string, unknown>;
}

/** The tools that servers have listed, by the name of the server. */
export type ServerLists = ReadonlyMap<string, readonly ServerTool[]>;
const NO_LISTS: ServerLists = new Map();

/** What a name in `tools` refers to. */
export type ResolvedTool =
  | { from: 'built_in'; name: ToolName }
  | { from: 'crew' | 'server'; name: string; definition: ToolDefinition }
  /** A tool of servers whose list is not known yet. `name`: as in the file, perhaps a prefix with a final `*`. */
  | { from: 'unlisted'; name: string; servers: string[] }
  /** Nothing has this name. `servers`: those whose list lacks it; empty if the file alone shows that it is wrong. */
  | { from: 'unknown'; name: string; servers: string[] };

/**
 * Resolves the names in the `tools` of an agent or a task: built-in tools, tools of the crew, `server__tool`, and prefixes
 * with a final `*`. Each tool is in the result once, in the order of the names.
 * @param lists the tools of servers, as far as they are known
 */
export function resolveTools(
  names: readonly string[],
  crew: DefinedTools,
  lists: ServerLists = NO_LISTS,
): ResolvedTool[] {
  const known = definitionsOf(crew, lists);
  const resolved = names.flatMap((name) => resolve(name, crew, lists, known));
  return [...new Map(resolved.map((tool) => [`${tool.from === 'unlisted' ? '?' : ''}${tool.name}`, tool])).values()];
}

/** Whether a name can refer to a tool, as far as the crew file alone shows. */
export function isPossibleTool(name: string, crew: ToolNames): boolean {
  const names = [...TOOL_NAMES, ...crew.tools.map((tool) => tool.name)];
  return names.some((known) => matches(name, known)) || serversOf(name, crew).length > 0;
}

/** Returns the servers that a name can refer to a tool of. */
export function serversOf(name: string, { mcp_servers }: ToolNames): string[] {
  const prefix = prefixOf(name);
  return Object.keys(mcp_servers).filter((server) => {
    const start = server + SERVER_SEPARATOR;
    return (name.startsWith(start) && name.length > start.length) || (prefix !== null && start.startsWith(prefix));
  });
}

/** Whether a name, or a prefix with a final `*`, names a tool. */
export function matches(name: string, tool: string): boolean {
  const prefix = prefixOf(name);
  return prefix === null ? name === tool : tool.startsWith(prefix);
}

function prefixOf(name: string): string | null {
  return name.endsWith('*') ? name.slice(0, -1) : null;
}

/** A tool that a crew defines, with all names by which the crew file can refer to it. */
interface Known {
  tool: Extract<ResolvedTool, { definition: ToolDefinition }>;
  names: readonly string[];
}

function resolve(name: string, crew: DefinedTools, lists: ServerLists, known: readonly Known[]): ResolvedTool[] {
  const builtIn = TOOL_NAMES.filter((tool) => matches(name, tool)).map((tool) => ({
    from: 'built_in' as const,
    name: tool,
  }));
  const defined = known.filter(({ names }) => names.some((each) => matches(name, each))).map(({ tool }) => tool);
  const servers = serversOf(name, crew);
  const unlisted = servers.filter((server) => !lists.has(server));
  const open = unlisted.length === 0 ? [] : [{ from: 'unlisted' as const, name, servers: unlisted }];
  const found = [...builtIn, ...defined, ...open];
  return found.length > 0 ? found : [{ from: 'unknown', name, servers }];
}

function definitionsOf(crew: DefinedTools, lists: ServerLists): Known[] {
  const ofCrew = crew.tools.flatMap((tool): Known[] => {
    const source = sourceOf(tool);
    if (source === null) return [];
    const { name, description } = tool;
    const definition = { name, description, parameters: objectSchema(tool.parameters), source, limits: limitsOf(tool) };
    return [{ tool: { from: 'crew', name, definition }, names: [name] }];
  });
  return [...ofCrew, ...ofServers(crew, lists)];
}

/** Returns how a tool of the crew works; null if the crew file does not say it. `check-tools.ts` reports such a tool. */
function sourceOf({ http, script }: CrewTool): ToolSource | null {
  if (http !== undefined) return { kind: 'http', http };
  return script === undefined ? null : { kind: 'script', script };
}

function ofServers({ mcp_servers }: DefinedTools, lists: ServerLists): Known[] {
  return Object.entries(mcp_servers).flatMap(([server, settings]) =>
    (lists.get(server) ?? [])
      .filter((tool) => isOffered(tool.name, settings))
      .map(({ name: tool, model_name: name, description, parameters }): Known => {
        const source = { kind: 'mcp' as const, server, tool };
        const definition = {
          name,
          description,
          parameters: objectSchema(parameters),
          source,
          limits: limitsOf(settings),
        };
        return { tool: { from: 'server', name, definition }, names: [server + SERVER_SEPARATOR + tool, name] };
      }),
  );
}

/** Whether the crew file offers a tool of a server to agents. */
function isOffered(tool: string, { tools }: McpServer): boolean {
  return tools === undefined || tools.some((name) => matches(name, tool));
}

function limitsOf({ timeout_s, max_calls, answer_characters }: ToolLimits): ToolLimits {
  return { timeout_s, max_calls, answer_characters };
}

/** Completes the schema of an object. Models require its type. */
function objectSchema(schema: Record<string, unknown>): Record<string, unknown> {
  return { type: 'object', properties: {}, ...schema };
}

/**
 * Returns the names of tools with prefixes replaced by the tools that they refer to. Only prefixes of servers whose tools
 * are not known are left, and names that refer to nothing, which a valid crew does not contain.
 */
export function namesFor(names: readonly string[], crew: DefinedTools): string[] {
  return resolveTools(names, crew).map(({ name }) => name);
}

/** The texts of scripts, by their paths. */
type Scripts = ReadonlyMap<string, { readonly text: string }>;

/** Returns the tools of the crew itself that names refer to, by the name that models use. */
export function definitionsFor(
  names: readonly string[],
  crew: DefinedTools,
  scripts: Scripts = new Map(),
): Record<string, ToolDefinition> {
  const resolved = resolveTools(names, crew);
  return Object.fromEntries(
    resolved.flatMap((tool) => (tool.from === 'crew' ? [[tool.name, withCode(tool.definition, scripts)]] : [])),
  );
}

/** Adds the text of its script to a definition. */
function withCode(definition: ToolDefinition, scripts: Scripts): ToolDefinition {
  const { source } = definition;
  const script = source.kind === 'script' ? scripts.get(source.script) : undefined;
  return source.kind === 'script' && script ? { ...definition, source: { ...source, code: script.text } } : definition;
}

/**
 * Whether calls of a tool can reach outside of the workspace and the run. An unknown name can.
 * @param name as models use it
 */
export function toolReachesOutside(name: string, { tools }: Pick<DefinedTools, 'tools'>): boolean {
  const ofCrew = tools.find((tool) => tool.name === name);
  return ofCrew && !isToolName(name) ? ofCrew.script === undefined : reachesOutside(name);
}
