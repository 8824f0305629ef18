import { isToolName, TOOL_NAMES } from '../tools/catalogue.ts';
import { holdsCredentials } from './address.ts';
import type { LooseCrew } from './loose.ts';
import { isPossibleTool, SERVER_SEPARATOR } from './resolve-tools.ts';
import { isNameOfKey, looksLikeKey } from './secrets.ts';
import type { Path, UnlocatedProblem } from './unlocated-problem.ts';

type LooseTools = Pick<LooseCrew, 'tools' | 'mcp_servers'>;

/** The tools with which an agent that may delegate calls its coworkers. */
const DELEGATION_TOOLS: ReadonlySet<string> = new Set(['delegate_work', 'ask_coworker']);

/** Checks the tools and servers that a crew defines. */
export function toolProblems(crew: LooseTools): UnlocatedProblem[] {
  return [
    ...duplicateNames(crew),
    ...crew.tools.flatMap((tool, index) => kindProblems(tool, ['tools', index])),
    ...crew.tools.flatMap((tool, index) => keysInRequest(tool, ['tools', index, 'http'])),
    ...Object.entries(crew.mcp_servers).flatMap(([server, { args = [] }]) =>
      args.flatMap((arg, index) => keyInArgument(server, arg, ['mcp_servers', server, 'args', index])),
    ),
  ];
}

/** Checks that names in `tools` can refer to a tool. Which tools a server has is only known after it was started. */
export function unknownTools(names: readonly string[], crew: LooseTools, path: Path): UnlocatedProblem[] {
  return names.flatMap((name, index) => {
    if (name === '' || isPossibleTool(name, crew)) return [];
    const ofServers = Object.keys(crew.mcp_servers).map((server) => `${server}${SERVER_SEPARATOR}*`);
    const known = [...TOOL_NAMES, ...crew.tools.map((tool) => tool.name), ...ofServers].filter((each) => each !== '');
    const message = `Unknown tool "${name}". The tools are ${known.join(', ')}.`;
    return [{ code: 'unknown_tool', message, path: [...path, index] }];
  });
}

function duplicateNames({ tools, mcp_servers }: LooseTools): UnlocatedProblem[] {
  const named = [
    ...tools.map(({ name }, index) => ({ name, what: `tool "${name}"`, path: ['tools', index, 'name'] as Path })),
    ...Object.keys(mcp_servers).map((name) => ({
      name,
      what: `server "${name}"`,
      path: ['mcp_servers', name] as Path,
    })),
  ];
  const seen = new Map<string, string>();
  return named.flatMap(({ name, what, path }) => {
    if (name === '') return [];
    const plain = name.toLowerCase();
    const first = isToolName(plain) || DELEGATION_TOOLS.has(plain) ? `the built-in tool "${plain}"` : seen.get(plain);
    seen.set(plain, first ?? what);
    if (first === undefined) return [];
    const message = `Duplicate name: ${first} and ${what}. Names must be unique among tools and servers, ignoring case. Rename one of them.`;
    return [{ code: 'duplicate_name', message, path }];
  });
}

/** Checks that a tool has exactly one of the keys that specify how it works. */
function kindProblems({ name, http, script }: LooseTools['tools'][number], path: Path): UnlocatedProblem[] {
  if (http !== undefined && script !== undefined) {
    return [{ code: 'two_keys', message: `Tool "${name}" has http and script. Keep one.`, path: [...path, 'script'] }];
  }
  if (http !== undefined || script !== undefined) return [];
  return [{ code: 'missing', message: `Tool "${name}" has neither http nor script. Add one of them.`, path }];
}

/** Checks that an HTTP request names its keys, and contains none. A value with `{argument}` comes from the model. */
function keysInRequest({ name, http }: LooseTools['tools'][number], path: Path): UnlocatedProblem[] {
  if (http === undefined) return [];
  const { url = '', headers, query } = http;
  const message = `A value of tool "${name}" looks like a key, which no crew file contains. Use header_keys.`;
  const values = [
    ...Object.entries(headers).map(([key, value]) => ({ key, value, at: [...path, 'headers', key] })),
    ...Object.entries(query).map(([key, value]) => ({ key, value, at: [...path, 'query', key] })),
  ];
  const found = values.filter(({ key, value }) => isKey(key, value)).map(({ at }) => at);
  const inAddress = holdsCredentials(url.replaceAll(ARGUMENT, '')) ? [[...path, 'url']] : [];
  return [...inAddress, ...found].map((at) => ({ code: 'secret_in_file', message, path: at }));
}

const ARGUMENT = /\{[^{}]*\}/g;

function isKey(name: string, value: string): boolean {
  return looksLikeKey(value) || (isNameOfKey(name) && value.replaceAll(ARGUMENT, '') === value && value !== '');
}

function keyInArgument(server: string, arg: string, path: Path): UnlocatedProblem[] {
  const value = arg.slice(arg.indexOf('=') + 1);
  if (!looksLikeKey(arg) && !looksLikeKey(value)) return [];
  const message = `An argument of server "${server}" looks like a key, which no crew file contains. Use env_keys.`;
  return [{ code: 'secret_in_file', message, path }];
}
