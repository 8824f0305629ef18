import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const requestSchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.unknown() })),
});
type Sent = z.infer<typeof requestSchema>['messages'];

export interface ReceivedCall {
  model: string;
  /** The last word in `Do NAME.` of the task's own text. */
  task: string;
  authorization: string | undefined;
}

/** Answers one call. */
export type Reply = (response: ServerResponse, call: ReceivedCall) => void;

/** The agent of the tasks in tests. */
export const ADA = { name: 'ada', role: 'Worker', goal: 'Work' };

/** Fields of a task as in a crew file. */
export interface TaskFields {
  name: string;
  context?: string[];
  [field: string]: unknown;
}

/** An asynchronous task of the agent ada that names itself in its call. */
export function taskOfAda(given: TaskFields) {
  return { description: `Do ${given.name}.`, expected_output: 'A word', agent: ADA.name, async: true, ...given };
}

/** An OpenAI-compatible test server. It recognizes a task by a text such as `Do draft.` */
export class ModelServer {
  readonly calls: ReceivedCall[] = [];
  /** The messages of each request, in the order of `calls`. */
  readonly sent: Sent[] = [];
  reply: Reply = (response, { task }) => answer(response, `${task} is done`);
  readonly baseUrl: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    const { port } = server.address() as AddressInfo; // A listening TCP server has an address object.
    this.baseUrl = `http://127.0.0.1:${port}/v1`;
    server.on('request', (request, response) => void this.#take(request, response));
  }

  static async start(): Promise<ModelServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ModelServer(server);
  }

  callsOf(task: string): number {
    return this.calls.filter((call) => call.task === task).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { model, messages } = requestSchema.parse(JSON.parse(body));
    const task = /Do ([\p{L}\w]+)\./u.exec(JSON.stringify(messages))?.[1] ?? '';
    const call = { model, task, authorization: request.headers.authorization };
    this.calls.push(call);
    this.sent.push(messages);
    this.reply(response, call);
  }
}

/** Sends a complete streamed answer. */
export function answer(response: ServerResponse, text: string): void {
  begin(response, { role: 'assistant', content: text });
  end(response, 'stop');
}

/** Sends an answer that is truncated at max_tokens. */
export function answerTruncated(response: ServerResponse, text: string): void {
  begin(response, { role: 'assistant', content: text });
  end(response, 'length');
}

/** Sends an answer that calls one tool. */
export function callTool(response: ServerResponse, name: string, args: object): void {
  const call = { index: 0, id: 'call_1', type: 'function', function: { name, arguments: JSON.stringify(args) } };
  begin(response, { role: 'assistant', content: null, tool_calls: [call] });
  end(response, 'tool_calls');
}

/** Sends the headers and the first chunk of a streamed answer. */
export function begin(response: ServerResponse, delta: object): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(event(chunk(delta, null)));
}

function end(response: ServerResponse, finish: string): void {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  response.end(`${event({ ...chunk({}, finish), usage })}data: [DONE]\n\n`);
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

function chunk(delta: object, finish: string | null): object {
  return {
    id: 'answer',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'test',
    choices: [{ index: 0, delta, finish_reason: finish }],
  };
}

/** Sends an error in the format of OpenAI-compatible servers. */
export function refuse(
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
  message = `The tests say ${status}.`,
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message } }));
}
