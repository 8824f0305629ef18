import { mailOrigin } from '../../shared/crew/email.ts';
import { hasMemory } from '../../shared/crew/memory.ts';
import { type DefinedTools, resolveTools, type ServerTool, serversOf } from '../../shared/crew/resolve-tools.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { McpServer } from '../../shared/crew/tool-schema.ts';
import type { SlotAnswer } from '../../shared/slot/slot-request.ts';
import type { ToolDefinition } from '../../shared/tools/definition.ts';
import type { KeyNamed, KnowledgeSource, MainTools, MemorySource, ServerReport } from '../base/main-tools.ts';
import { WebClient } from '../network/web-client.ts';
import { builtInRunner } from './built-in/built-in-runner.ts';
import { Databases } from './databases/databases.ts';
import { httpRunner } from './http/http-runner.ts';
import { OnceSender } from './http/send-once.ts';
import { Mail } from './mail/mail.ts';
import { type MainRunners, mainTools } from './main-tools.ts';
import type { ServerKeys } from './mcp/connection.ts';
import { McpServers } from './mcp/mcp-servers.ts';
import type { StoredLists } from './mcp/stored-lists.ts';
import { Pages } from './pages/pages.ts';

/** What the tools of a run need from its environment. */
export interface MainToolsInput {
  crew: Crew;
  /** The folder of the crew file; null for a crew that was never saved. */
  folder: string | null;
  /** The real path of the run's workspace. */
  workspace: string;
  /** A rehearsal starts no server and makes no request. */
  rehearsal: boolean;
  keyNamed: KeyNamed;
  /** Returns the keys that a server needs, or which one is missing. */
  keysOf(server: McpServer): ServerKeys | { missing: string };
  /** The tools that servers listed earlier. */
  lists: StoredLists;
  /** Opens the knowledge of the crew; null if it has none. */
  openKnowledge: ((report: ServerReport) => KnowledgeSource) | null;
  /** The memory of the crew. */
  memory: MemorySource;
  /** Replaces known keys and tokens in a text by `[redacted]`. */
  redact(text: string): string;
}

/** Opens the tools of one run. Nothing is started before the first request. */
export function openMainTools(input: MainToolsInput, report: ServerReport): MainTools {
  const { crew, folder, rehearsal, keyNamed, keysOf, lists } = input;
  const client = new WebClient();
  const sender = new OnceSender(client);
  // Loaded for the first search: it needs a large parser, and most runs search nothing.
  const chosen = async () => {
    const { chooseSearch } = await import('./search/choose-search.ts');
    return chooseSearch(crew.settings.web_search, keyNamed, client);
  };
  let search: ReturnType<typeof chosen> | null = null;
  const listed = (server: string, tools: readonly ServerTool[]) => {
    const definition = crew.mcp_servers[server];
    if (definition) void lists.put(folder, definition, tools);
  };
  const mcp = new McpServers({ crew, folder, keysOf, listed, report, now: () => performance.now() });
  const runners: MainRunners = {
    built_in: builtInRunner({
      ...{ pages: new Pages(client), sender, search: () => (search ??= chosen()) },
      databases: new Databases(crew.databases, keyNamed),
      mail: new Mail({
        settings: crew.settings.email ?? null,
        workspace: input.workspace,
        passwordFor: (email) => keyNamed(email.password_key ?? '', mailOrigin(email)),
      }),
      knowledge: input.openKnowledge?.(report) ?? null,
      memoryOf: (agent) => (hasMemory(crew, agent) ? input.memory : null),
      redact: input.redact,
    }),
    http: httpRunner(sender, keyNamed),
    mcp,
  };
  return mainTools(runners, (names) => (rehearsal ? rehearsedTools(names, input) : mcp.find(names)));
}

/**
 * Returns the tools of servers for a rehearsal: those of their stored lists. A tool that the crew names is offered also
 * without a list, since slots rehearse its answers.
 */
async function rehearsedTools(names: readonly string[], { crew, folder, lists }: MainToolsInput): Promise<SlotAnswer> {
  const servers = [...new Set(names.flatMap((name) => serversOf(name, crew)))];
  const known = new Map<string, readonly ServerTool[]>();
  for (const server of servers) {
    const definition = crew.mcp_servers[server];
    const list = definition ? await lists.get(folder, definition) : null;
    if (list !== null) known.set(server, list);
  }
  const tools = resolveTools(names, crew, known).flatMap((tool): ToolDefinition[] => {
    if (tool.from === 'server') return [tool.definition];
    const [server] = tool.from === 'unlisted' || tool.from === 'unknown' ? tool.servers : [];
    return server === undefined || tool.name.endsWith('*') ? [] : [assumedTool(tool.name, server, crew)];
  });
  return { ok: true, text: '', tools };
}

function assumedTool(name: string, server: string, { mcp_servers }: DefinedTools): ToolDefinition {
  const tool = name.slice(server.length + 2);
  const { timeout_s = 30, max_calls = 1000, answer_characters = 64_000 } = mcp_servers[server] ?? {};
  return {
    ...{ name: name.replaceAll(/[^A-Za-z0-9_-]/g, '_'), description: `The tool ${tool} of the server ${server}.` },
    ...{ parameters: { type: 'object', properties: {} }, source: { kind: 'mcp', server, tool } },
    limits: { timeout_s, max_calls, answer_characters },
  };
}
