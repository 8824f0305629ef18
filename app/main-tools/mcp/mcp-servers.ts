import { type DefinedTools, resolveTools, type ServerTool, serversOf } from '../../../shared/crew/resolve-tools.ts';
import type { McpServer } from '../../../shared/crew/tool-schema.ts';
import type { MainToolCall, SlotAnswer } from '../../../shared/slot/slot-request.ts';
import type { ToolDefinition, ToolSource } from '../../../shared/tools/definition.ts';
import { hideFolder } from '../../base/hide-folder.ts';
import type { ServerReport } from '../../base/main-tools.ts';
import { messageOf } from '../../base/system-error.ts';
import type { MainRunner } from '../main-tools.ts';
import type { Connection, ConnectionEnd, ServerKeys } from './connection.ts';
import { StartError } from './start-error.ts';

/** A server is started at most this number of times per run: it is restarted once. */
const MAX_STARTS = 2;

/** What the servers of a run need from the application. */
export interface ServersContext {
  crew: DefinedTools;
  /** The folder of the crew file, in which programs start; null for a crew that was never saved. */
  folder: string | null;
  keysOf(server: McpServer): ServerKeys | { missing: string };
  /** Stores the list of a server that has started. */
  listed(server: string, tools: readonly ServerTool[]): void;
  report: ServerReport;
  now(): number;
}

/** What happened to one server so far. */
interface Life {
  starts: number;
  /** The start that is in progress. Everybody who needs the server meanwhile waits for it. */
  starting: Promise<Connection | StartError> | null;
  /** The outcome of the last start; null before. */
  outcome: Connection | StartError | null;
  /** The tools of the last start that succeeded; null if there was none. */
  tools: readonly ServerTool[] | null;
}

/** The servers of one run. Each has one connection, which all slots share. It is started when it is first needed. */
export class McpServers implements MainRunner<'mcp'> {
  readonly #context: ServersContext;
  readonly #lives = new Map<string, Life>();
  readonly #closing = new AbortController();

  constructor(context: ServersContext) {
    this.#context = context;
  }

  /** See `MainTools.find`. */
  async find(names: readonly string[]): Promise<SlotAnswer> {
    const { crew } = this.#context;
    const servers = [...new Set(names.flatMap((name) => serversOf(name, crew)))];
    const started = await Promise.all(servers.map(async (server) => [server, await this.#toolsOf(server)] as const));
    const lists = new Map<string, readonly ServerTool[]>();
    for (const [server, tools] of started) {
      if (typeof tools === 'string') return failed('mcp', `The server "${server}" did not start: ${tools}.`);
      lists.set(server, tools);
    }
    const definitions: ToolDefinition[] = [];
    for (const tool of resolveTools(names, crew, lists)) {
      if (tool.from === 'unknown') return failed('tool', lacking(tool.name, tool.servers, lists));
      if (tool.from === 'server') definitions.push(tool.definition);
    }
    return { ok: true, text: '', tools: definitions };
  }

  async call(
    { server, tool }: Extract<ToolSource, { kind: 'mcp' }>,
    { tool: { limits }, arguments: args }: MainToolCall,
    signal: AbortSignal,
  ): Promise<SlotAnswer> {
    const connection = await this.#connection(server);
    if (connection instanceof StartError)
      return { ok: false, text: `The server "${server}" is not running: ${connection.message}. Continue without it.` };
    try {
      return await connection.call(tool, args, limits.timeout_s * 1000, signal);
    } catch (error) {
      signal.throwIfAborted();
      const { end } = connection;
      const why = end === null ? `gave an error: ${messageOf(error)}` : `${end.detail} during the call`;
      return { ok: false, text: `The server "${server}" ${why}.` };
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(
      [...this.#lives.values()].map(async ({ starting, outcome }) => closed((await starting) ?? outcome)),
    );
  }

  /** Returns the tools of a server, or why it never started. */
  async #toolsOf(server: string): Promise<readonly ServerTool[] | string> {
    const known = this.#lives.get(server)?.tools ?? null;
    if (known !== null) return known;
    const connection = await this.#connection(server);
    return connection instanceof StartError ? withStderr(connection) : connection.tools;
  }

  /**
   * Returns the connection of a server, and starts the server if it is not running. A server that has ended or did not
   * start is started once more.
   */
  async #connection(name: string): Promise<Connection | StartError> {
    const life = this.#lives.get(name) ?? { starts: 0, starting: null, outcome: null, tools: null };
    this.#lives.set(name, life);
    if (life.starting !== null) return life.starting;
    const { outcome } = life;
    if (outcome !== null && !(outcome instanceof StartError) && outcome.end === null) return outcome;
    if (this.#closing.signal.aborted) return new StartError('the run has ended', '');
    if (life.starts >= MAX_STARTS) return outcome instanceof StartError ? outcome : endedTwice(outcome);
    life.starts += 1;
    life.starting = this.#start(name, life);
    life.outcome = await life.starting;
    life.starting = null;
    return life.outcome;
  }

  async #start(name: string, life: Life): Promise<Connection | StartError> {
    const { crew, folder, keysOf, report, listed, now } = this.#context;
    const server = crew.mcp_servers[name];
    if (server === undefined) return new StartError('the crew does not define it', '');
    if (folder === null && 'command' in server)
      return new StartError('it starts in the folder of the crew file. Save the crew first', '');
    const keys = keysOf(server);
    if ('missing' in keys) return new StartError(keys.missing, '');
    const since = now();
    const onEnd = (end: ConnectionEnd) => report({ type: 'mcp.exited', server: name, ...this.#shown(end) });
    try {
      // The package is large, and most runs have no server.
      const { connect } = await import('./connection.ts');
      const connection = await connect({
        name,
        server,
        folder: folder ?? '',
        keys,
        signal: this.#closing.signal,
        onEnd,
      });
      life.tools = connection.tools;
      listed(name, connection.tools);
      report({ type: 'mcp.started', server: name, tools: connection.tools.length, ms: Math.round(now() - since) });
      return connection;
    } catch (error) {
      const failure = error instanceof StartError ? error : new StartError(messageOf(error), '');
      const end = { detail: `did not start: ${failure.message}`, stderr: failure.stderr };
      report({ type: 'mcp.exited', server: name, ...this.#shown(end) });
      return failure;
    }
  }

  /** Journals contain no path of this machine. */
  #shown({ detail, stderr }: ConnectionEnd): ConnectionEnd {
    const { folder } = this.#context;
    const hide = (text: string) => (folder === null ? text : hideFolder(text, folder));
    return { detail: hide(detail), stderr: hide(stderr) };
  }
}

async function closed(connection: Connection | StartError | null): Promise<void> {
  if (connection !== null && !(connection instanceof StartError)) await connection.close();
}

function endedTwice(connection: Connection | null): StartError {
  const { detail = 'ended', stderr = '' } = connection?.end ?? {};
  return new StartError(`it ${detail}, and was restarted once already`, stderr);
}

function withStderr({ message, stderr }: StartError): string {
  const last = stderr.split('\n').at(-1)?.trim() ?? '';
  return last === '' ? message : `${message}. Its last output: ${last}`;
}

function failed(kind: 'mcp' | 'tool', message: string): SlotAnswer {
  return { ok: false, text: message, failure: { kind, message } };
}

function lacking(name: string, servers: readonly string[], lists: ReadonlyMap<string, readonly ServerTool[]>): string {
  const offered = servers.flatMap((server) => lists.get(server) ?? []).map(({ model_name }) => model_name);
  const has = offered.length === 0 ? 'no tools' : offered.join(', ');
  return `No tool "${name}": ${servers.map((server) => `the server "${server}"`).join(' and ')} has ${has}. Correct the name.`;
}
