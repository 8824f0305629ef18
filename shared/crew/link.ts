import type { Agent, Crew, LinkedFiles, Part, Pool } from './schema.ts';

/**
 * Returns a crew with the crew files that its tasks run. Their agents and pools join those of the crew under names that
 * begin with the file, so that each agent of the run has one name; their tools and servers join under their own. Without
 * such files, returns the crew itself.
 */
export function linkParts(file: Crew, parts: LinkedFiles['parts']): Crew {
  const named = Object.entries(parts);
  if (named.length === 0) return file;
  const tools = new Map(
    [...named.flatMap(([, { crew }]) => crew.tools), ...file.tools].map((tool) => [tool.name, tool]),
  );
  return {
    ...file,
    agents: [...file.agents, ...named.flatMap(([path, { crew }]) => crew.agents.map((agent) => agentIn(path, agent)))],
    pools: [...file.pools, ...named.flatMap(([path, { crew }]) => crew.pools.map((pool) => poolIn(path, pool)))],
    tools: [...tools.values()],
    mcp_servers: Object.assign({}, ...named.map(([, { crew }]) => crew.mcp_servers), file.mcp_servers),
    linked: { file, parts },
  };
}

/** Returns the crew as its file contains it. */
export function fileOf(crew: Crew): Crew {
  return crew.linked?.file ?? crew;
}

/** Returns the crew files that tasks of a crew run, directly or not, by their paths. */
export function partsOf(crew: Crew): [path: string, part: Part][] {
  return Object.entries(crew.linked?.parts ?? {});
}

/** Returns the crew of a file that tasks run, and of the run's own file for null. */
export function crewOfFile(crew: Crew, file: string | null): Crew | undefined {
  return file === null ? fileOf(crew) : crew.linked?.parts[file]?.crew;
}

/** Returns the name that an agent or a pool of a crew file has in the run; `file` is null for the run's own file. */
export function nameInRun(file: string | null, name: string): string {
  return file === null ? name : `${file.replace(/\.crew\.json$/i, '')}/${name}`;
}

/** Returns the agents of one crew file, as the run names them. */
export function agentsOfFile(crew: Crew, file: string | null): readonly Agent[] {
  if (!crew.linked) return crew.agents;
  const names = new Set(crewOfFile(crew, file)?.agents.map(({ name }) => nameInRun(file, name)));
  return crew.agents.filter(({ name }) => names.has(name));
}

function agentIn(path: string, agent: Agent): Agent {
  return { ...agent, name: nameInRun(path, agent.name) };
}

function poolIn(path: string, pool: Pool): Pool {
  return { ...pool, name: nameInRun(path, pool.name) };
}
