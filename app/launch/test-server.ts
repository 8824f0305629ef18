import { dirname } from 'node:path';
import { SERVER_SEPARATOR, type ServerTool } from '../../shared/crew/resolve-tools.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { McpServer } from '../../shared/crew/tool-schema.ts';
import { McpServers } from '../main-tools/mcp/mcp-servers.ts';
import { StoredLists } from '../main-tools/mcp/stored-lists.ts';
import type { DataFolders } from './data-folder.ts';
import type { KeyFor } from './named-key.ts';
import { serverKeys } from './server-keys.ts';

/** A server of a crew to start. */
export interface ServerToTest {
  crew: Crew;
  /** The crew file; null for a crew that was never saved. */
  file: string | null;
  server: string;
  keyFor: KeyFor;
  folders: Pick<DataFolders, 'servers'>;
}

export type TestedServer = { ok: true; tools: readonly ServerTool[]; ms: number } | { ok: false; message: string };

/**
 * Starts a server as a run does, stores the list of its tools, and ends it. The caller has permission to start it.
 * @returns all tools of the server, also those that the crew does not offer, or why it did not start
 */
export async function testServer({ crew, file, server, keyFor, folders }: ServerToTest): Promise<TestedServer> {
  const folder = file === null ? null : dirname(file);
  const found: { tools: readonly ServerTool[] | null } = { tools: null };
  const since = performance.now();
  const servers = new McpServers({
    crew,
    folder,
    keysOf: (definition: McpServer) => serverKeys(definition, keyFor),
    listed: (_server, tools) => {
      found.tools = tools;
    },
    report: () => undefined,
    now: () => performance.now(),
  });
  try {
    const answer = await servers.find([`${server}${SERVER_SEPARATOR}*`]);
    const { tools } = found;
    if (tools === null) return { ok: false, message: answer.text };
    const ms = Math.round(performance.now() - since);
    const definition = crew.mcp_servers[server];
    if (definition !== undefined) await new StoredLists(folders.servers).put(folder, definition, tools);
    return { ok: true, tools, ms };
  } finally {
    await servers.close();
  }
}

/** Returns the tools that the servers of a crew listed earlier, by the name of the server, as far as they are known. */
export async function storedServerTools(
  { mcp_servers }: Pick<Crew, 'mcp_servers'>,
  file: string | null,
  folders: Pick<DataFolders, 'servers'>,
): Promise<ReadonlyMap<string, readonly ServerTool[]>> {
  const lists = new StoredLists(folders.servers);
  const folder = file === null ? null : dirname(file);
  const known = new Map<string, readonly ServerTool[]>();
  for (const [name, server] of Object.entries(mcp_servers)) {
    const tools = await lists.get(folder, server);
    if (tools !== null) known.set(name, tools);
  }
  return known;
}
