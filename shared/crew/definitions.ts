import { isToolName } from '../tools/catalogue.ts';
import { SERVER_SEPARATOR } from './resolve-tools.ts';
import type { Crew } from './schema.ts';
import { TOOL_NAME } from './tool-schema.ts';

/** What a crew defines in addition to its nodes: its own tools, servers, and databases. */
export type DefinedKind = 'tool' | 'server' | 'database';

/** Returns the object that defines a tool, server or database; undefined if there is none of this name. */
export function definitionOf(crew: Crew, kind: DefinedKind, name: string): object | undefined {
  switch (kind) {
    case 'tool':
      return crew.tools.find((tool) => tool.name === name);
    case 'server':
      return Object.hasOwn(crew.mcp_servers, name) ? crew.mcp_servers[name] : undefined;
    case 'database':
      return Object.hasOwn(crew.databases, name) ? crew.databases[name] : undefined;
    default:
      return kind satisfies never;
  }
}

/** Returns why a tool, server or database cannot have a name, for a person, or null. @param current its present name */
export function definedNameError(crew: Crew, kind: DefinedKind, current: string, name: string): string | null {
  if (name === '') return 'Enter a name.';
  const isServerEnd = kind === 'server' && name.endsWith('_');
  if (!TOOL_NAME.test(name) || isServerEnd)
    return 'Use up to 64 letters, digits, _ and -, begin with a letter or _, and do not use __ or a final _ of a server.';
  const plain = name.toLowerCase();
  if (isToolName(plain)) return `The built-in tool ${plain} has this name.`;
  const others = [
    ...crew.tools.map((tool) => tool.name),
    ...Object.keys(crew.mcp_servers),
    ...Object.keys(crew.databases),
  ];
  const isTaken = others.some((other) => other !== current && other.toLowerCase() === plain);
  return isTaken ? 'A tool, server or database already has this name.' : null;
}

/** Returns a free name for a new tool, server or database: `server`, `server_2`, … */
export function freeDefinedName(crew: Crew, kind: DefinedKind): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? kind : `${kind}_${number}`;
    if (definedNameError(crew, kind, '', name) === null) return name;
  }
}

/** Returns the crew with a tool, server or database renamed, including the tool names of agents and tasks. */
export function renameDefined(crew: Crew, kind: DefinedKind, from: string, to: string): Crew {
  const renamed = (name: string) => {
    if (kind === 'tool') return name === from ? to : name;
    if (kind === 'database') return name;
    const start = from + SERVER_SEPARATOR;
    return name.startsWith(start) ? to + name.slice(from.length) : name;
  };
  return {
    ...mapToolNames(crew, (names) => names.map(renamed), renamed),
    tools: crew.tools.map((tool) => (kind === 'tool' && tool.name === from ? { ...tool, name: to } : tool)),
    mcp_servers: kind === 'server' ? renamedKey(crew.mcp_servers, from, to) : crew.mcp_servers,
    databases: kind === 'database' ? renamedKey(crew.databases, from, to) : crew.databases,
  };
}

/** Returns the crew without a tool, server or database, and without the entries of agents and tasks that name it. */
export function withoutDefined(crew: Crew, kind: DefinedKind, name: string): Crew {
  const isOther = (tool: string) =>
    kind === 'tool' ? tool !== name : kind === 'database' || !tool.startsWith(name + SERVER_SEPARATOR);
  return {
    ...mapToolNames(
      crew,
      (names) => names.filter(isOther),
      (tool) => tool,
    ),
    tools: crew.tools.filter((tool) => kind !== 'tool' || tool.name !== name),
    mcp_servers: kind === 'server' ? withoutKey(crew.mcp_servers, name) : crew.mcp_servers,
    databases: kind === 'database' ? withoutKey(crew.databases, name) : crew.databases,
  };
}

function renamedKey<Value>(object: Readonly<Record<string, Value>>, from: string, to: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key === from ? to : key, value]));
}

function withoutKey<Value>(object: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(object).filter(([other]) => other !== key));
}

/** Changes the names of tools in agents and tasks. @param called changes the tool that a task calls */
function mapToolNames(crew: Crew, change: (names: string[]) => string[], called: (name: string) => string): Crew {
  const approved = <Approve>(approve: Approve) => (Array.isArray(approve) ? change(approve) : approve);
  const approval = <Node extends { approve_tools?: boolean | string[] | undefined }>({ approve_tools }: Node) =>
    approve_tools === undefined ? {} : { approve_tools: approved(approve_tools) };
  return {
    ...crew,
    agents: crew.agents.map((agent) => ({ ...agent, ...approval(agent), tools: change(agent.tools) })),
    tasks: crew.tasks.map((task) => ({
      ...task,
      ...approval(task),
      ...(task.tools === undefined ? {} : { tools: change(task.tools) }),
      ...(task.call === undefined ? {} : { call: { ...task.call, tool: called(task.call.tool) } }),
    })),
  };
}
