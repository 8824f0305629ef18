import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport, StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { ServerTool } from '../../../shared/crew/resolve-tools.ts';
import type { McpServer } from '../../../shared/crew/tool-schema.ts';
import type { SlotAnswer } from '../../../shared/slot/slot-request.ts';
import { messageOf } from '../../base/system-error.ts';
import { answerOf, callResultSchema } from './call-result.ts';
import { HttpFetch } from './http-fetch.ts';
import { ProcessTransport } from './process-transport.ts';
import { ServerProcess } from './server-process.ts';
import { StartError } from './start-error.ts';
import { MAX_TOOLS, serverTools, toolPageSchema } from './tool-list.ts';

/** The values of the keys that a server needs. */
export interface ServerKeys {
  /** The environment variables of a program. */
  variables: Readonly<Record<string, string>>;
  /** The headers of requests to an address. */
  headers: Readonly<Record<string, string>>;
}

/** How a connection ended without being closed. */
export interface ConnectionEnd {
  /** A phrase that follows the name of the server: `ended (exit code 1)`. */
  detail: string;
  stderr: string;
}

/** A started server. */
export interface Connection {
  readonly tools: ServerTool[];
  /** Calls a tool by the server's name for it. Rejects if the server does not answer. */
  call(tool: string, args: unknown, timeoutMs: number, signal: AbortSignal): Promise<SlotAnswer>;
  /** How the connection ended; null while it is open. */
  readonly end: ConnectionEnd | null;
  /** Resolves when no process of the server is left. */
  close(): Promise<void>;
}

/** The transport of a server, and what is left to report and to release. */
interface Link {
  transport: Transport;
  /** Resolves when the server has ended; never for an address. */
  ended: Promise<ConnectionEnd> | null;
  release(): Promise<void>;
}

/** Extra time in ms of the package's own timeouts: the caller's limits apply first. */
const SLACK_MS = 5000;

/** A server to start. */
export interface ServerToStart {
  name: string;
  server: McpServer;
  /** The folder of the crew file, in which programs start. */
  folder: string;
  keys: ServerKeys;
  /** Aborts the start. */
  signal: AbortSignal;
  /** Called if the server ends before it is closed. */
  onEnd(end: ConnectionEnd): void;
}

/**
 * Starts a server and lists its tools, within `start_timeout_s`.
 * @throws {StartError} with a phrase that completes "The server did not start: "
 */
export async function connect({ name, server, folder, keys, signal: stop, onEnd }: ServerToStart): Promise<Connection> {
  const link = 'url' in server ? httpLink(server.url, keys) : processLink(server, folder, keys);
  const client = new Client({ name: 'crewlane', version: '1' }, { capabilities: {} });
  let lastError = '';
  client.onerror = (error) => {
    lastError = error.message;
  };
  const limitMs = server.start_timeout_s * 1000;
  try {
    const tools = await startedWithin(limitMs, stop, link, async (signal) => {
      await client.connect(link.transport, { timeout: limitMs + SLACK_MS, signal });
      return serverTools(name, await listTools(client, limitMs + SLACK_MS, signal));
    });
    return open(client, link, tools, onEnd);
  } catch (error) {
    await link.release();
    const end = await link.ended;
    const why = error instanceof StartError ? error.message : phraseOf(error, lastError);
    // A program that ends at once can break the pipe before its end is known.
    const isGone = end !== null && /\bEPIPE\b/.test(why);
    throw new StartError(isGone ? `it ${end.detail}` : why, end?.stderr ?? '');
  }
}

async function startedWithin<T>(
  ms: number,
  stop: AbortSignal,
  { ended }: Link,
  start: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(ms)]);
  const late = new Promise<never>((_resolve, reject) => {
    const why = () => (stop.aborted ? 'the run has ended' : `it gave no answer within ${ms / 1000} s`);
    signal.addEventListener('abort', () => reject(new StartError(why(), '')), { once: true });
  });
  const early = ended?.then(({ detail, stderr }) => {
    throw new StartError(`it ${detail}`, stderr);
  });
  return Promise.race([start(signal), late, ...(early ? [early] : [])]);
}

function open(client: Client, link: Link, tools: ServerTool[], onEnd: (end: ConnectionEnd) => void): Connection {
  let end: ConnectionEnd | null = null;
  let isClosed = false;
  void link.ended?.then((ended) => {
    end = ended;
    if (!isClosed) onEnd(ended);
  });
  return {
    tools,
    get end() {
      return end;
    },
    call: async (tool, args, timeoutMs, signal) => {
      const request = { method: 'tools/call' as const, params: { name: tool, arguments: asObject(args) } };
      const options = { signal, timeout: timeoutMs + SLACK_MS };
      return answerOf(tool, await client.request(request, callResultSchema, options));
    },
    close: async () => {
      isClosed = true;
      await link.release();
    },
  };
}

function processLink(server: Extract<McpServer, { command: string }>, folder: string, keys: ServerKeys): Link {
  const { command, args } = server;
  const child = ServerProcess.start({ command, args, cwd: folder, variables: keys.variables });
  const transport = new ProcessTransport(child);
  const ended = child.ended.then(({ detail, stderr }) => {
    const why = transport.misuse === null ? `ended (${detail})` : `was ended because ${transport.misuse}`;
    return { detail: why, stderr };
  });
  return { transport, ended, release: () => child.end() };
}

function httpLink(url: string, { headers }: ServerKeys): Link {
  const http = new HttpFetch();
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers }, fetch: http.fetch });
  return {
    // The package declares its session id in a way that exact optional properties do not accept.
    transport: transport as Transport,
    ended: null,
    release: async () => {
      await transport.terminateSession().catch(() => undefined);
      await transport.close();
      http.close();
    },
  };
}

async function listTools(client: Client, timeout: number, signal: AbortSignal): Promise<unknown[]> {
  if (!client.getServerCapabilities()?.tools) return [];
  const listed: unknown[] = [];
  for (let cursor: string | undefined; ; ) {
    const params = cursor === undefined ? {} : { cursor };
    const page = await client.request({ method: 'tools/list', params }, toolPageSchema, { timeout, signal });
    listed.push(...page.tools);
    const isLast = page.nextCursor === undefined || page.nextCursor === cursor || page.tools.length === 0;
    if (isLast || listed.length >= MAX_TOOLS) return listed.slice(0, MAX_TOOLS);
    cursor = page.nextCursor;
  }
}

function asObject(args: unknown): Record<string, unknown> {
  return typeof args === 'object' && args !== null && !Array.isArray(args) ? { ...args } : {};
}

function phraseOf(error: unknown, lastError: string): string {
  const text = messageOf(error);
  const status = error instanceof StreamableHTTPError ? (error.code ?? 0) : 0;
  if (status === 401 || status === 403) return `it refused the key (${status}). Check header_keys`;
  if (status >= 400) return `it answered with the HTTP status ${status}`;
  return lastError === '' || lastError === text ? text : `${text}. ${lastError}`;
}
