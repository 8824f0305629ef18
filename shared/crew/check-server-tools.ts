import { nearestName } from './nearest.ts';
import type { Problem } from './problem.ts';
import { type DefinedTools, resolveTools, SERVER_SEPARATOR, type ServerLists } from './resolve-tools.ts';
import type { Crew } from './schema.ts';
import { type Path, type UnlocatedProblem, unplaced } from './unlocated-problem.ts';

/**
 * Checks the names of tools against the lists that servers gave when they were last started. A server without a list is
 * not checked.
 */
export function checkServerTools(crew: Pick<Crew, 'agents' | 'tasks'> & DefinedTools, lists: ServerLists): Problem[] {
  if (lists.size === 0) return [];
  const check = (names: readonly string[], path: Path) => unknownIn(names, crew, lists, path).map(unplaced);
  return [
    ...crew.agents.flatMap(({ tools }, at) => check(tools, ['agents', at, 'tools'])),
    ...crew.tasks.flatMap(({ tools = [] }, at) => check(tools, ['tasks', at, 'tools'])),
  ];
}

function unknownIn(names: readonly string[], crew: DefinedTools, lists: ServerLists, path: Path): UnlocatedProblem[] {
  return names.flatMap((name, index) => {
    const [found] = resolveTools([name], crew, lists);
    if (found?.from !== 'unknown' || found.servers.length === 0) return [];
    return [{ code: 'unknown_tool', message: unknownText(name, found.servers, lists), path: [...path, index] }];
  });
}

function unknownText(name: string, servers: readonly string[], lists: ServerLists): string {
  const offered = servers.flatMap((server) =>
    (lists.get(server) ?? []).map((tool) => server + SERVER_SEPARATOR + tool.name),
  );
  const nearest = nearestName(name, new Set(offered));
  const named = servers.map((server) => `"${server}"`).join(' and ');
  const meant = nearest === null ? 'Test the server to see its tools.' : `Did you mean ${nearest}?`;
  const subject = servers.length === 1 ? 'server' : 'servers';
  return `Unknown tool "${name}". The ${subject} ${named} did not list it when it was last started. ${meant}`;
}
