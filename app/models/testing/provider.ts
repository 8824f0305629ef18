import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the provider of a test received it. */
export interface Received {
  url: string;
  headers: IncomingHttpHeaders;
  body: Record<string, unknown>;
}

export type Reply = (response: ServerResponse, received: Received) => void;

/** A provider on loopback for tests. It answers each request with the next reply, and repeats the last one. */
export class TestProvider {
  readonly received: Received[] = [];
  /** The number of answers whose connection was closed, by either side. */
  closed = 0;
  /** Number of connections made so far, and number of open connections. */
  readonly connections = { made: 0, open: 0 };
  readonly #server: Server;
  readonly #replies: readonly Reply[];

  private constructor(replies: readonly Reply[]) {
    this.#replies = replies;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('connection', (socket) => {
      this.connections.made += 1;
      this.connections.open += 1;
      socket.once('close', () => {
        this.connections.open -= 1;
      });
    });
  }

  static async start(...replies: Reply[]): Promise<TestProvider> {
    const provider = new TestProvider(replies);
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  get origin(): string {
    // A TCP server that listens has an address with a port.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get baseUrl(): string {
    return `${this.origin}/v1`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.once('close', () => {
      this.closed += 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString('utf8');
    const body: Record<string, unknown> = text === '' ? {} : JSON.parse(text);
    const received = { url: request.url ?? '', headers: request.headers, body };
    const reply = this.#replies[Math.min(this.received.length, this.#replies.length - 1)];
    this.received.push(received);
    reply?.(response, received);
  }
}

/** Returns an error with a JSON body, in the format of the API. */
export function refusal(status: number, message: string, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message } }));
  };
}

/** Returns JSON in one piece, as from a server that does not stream. */
export function whole(json: object): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(json));
  };
}

export function page(status: number): Reply {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' });
    response.end('<!doctype html><html><body><h1>Welcome</h1></body></html>');
  };
}

/** Returns a complete stream of these chunks. */
export function stream(...chunks: object[]): Reply {
  return (response) => {
    begin(response, chunks);
    response.end('data: [DONE]\n\n');
  };
}

/** Returns a stream of these bytes, unchanged. */
export function bytes(sent: string | Buffer, headers: Record<string, string> = {}): Reply {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
    response.end(sent);
  };
}

/** Sends the headers and these chunks of a stream. The caller ends the response. */
export function begin(response: ServerResponse, chunks: readonly object[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join(''));
}

/** Returns a chunk with a piece of the answer's text. */
export function text(content: string): object {
  return { choices: [{ index: 0, delta: { content }, finish_reason: null }] };
}

/** Returns a chunk with a piece of a tool call. */
export function call(piece: { index?: number; id?: string; name?: string; arguments?: string }): object {
  const { name, arguments: args, ...rest } = piece;
  return { choices: [{ index: 0, delta: { tool_calls: [{ ...rest, function: { name, arguments: args } }] } }] };
}

/** Returns the chunk with the finish reason. */
export function finish(reason: 'stop' | 'tool_calls' | 'length'): object {
  return { choices: [{ index: 0, delta: {}, finish_reason: reason }] };
}

export function usage(prompt: number, completion: number): object {
  return {
    choices: [],
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  };
}

export function says(content: string): Reply {
  return stream(text(content), finish('stop'), usage(10, 5));
}

/** Returns an answer that calls tools, given by name and arguments. */
export function callsTools(...calls: readonly (readonly [string, object])[]): Reply {
  const pieces = calls.map(([name, args], index) =>
    call({ index, id: `call-${index}`, name, arguments: JSON.stringify(args) }),
  );
  return stream(...pieces, finish('tool_calls'), usage(10, 5));
}
