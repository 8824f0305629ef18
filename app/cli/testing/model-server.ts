import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const requestSchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.unknown() })),
});

export interface Asked {
  model: string;
  /** The last word in `Do NAME.` of the task's own text. */
  task: string;
  authorization: string | undefined;
}

/** How a request is answered. */
export type Reply = (response: ServerResponse, asked: Asked) => void;

/** An OpenAI-compatible server of the tests. Tasks tell it who they are by a text such as `Do draft.` */
export class ModelServer {
  readonly asked: Asked[] = [];
  reply: Reply = (response, { task }) => answer(response, `${task} is done`);
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (request, response) => void this.#take(request, response));
  }

  static async start(): Promise<ModelServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ModelServer(server);
  }

  get baseUrl(): string {
    const { port } = this.#server.address() as AddressInfo; // A TCP server that listens has one.
    return `http://127.0.0.1:${port}/v1`;
  }

  timesAsked(task: string): number {
    return this.asked.filter((asked) => asked.task === task).length;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { model, messages } = requestSchema.parse(JSON.parse(body));
    const task = /Do (\w+)\./.exec(JSON.stringify(messages))?.[1] ?? '';
    const asked = { model, task, authorization: request.headers.authorization };
    this.asked.push(asked);
    this.reply(response, asked);
  }
}

/** A whole streamed answer. */
export function answer(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (delta: object, finish: string | null) => ({
    id: 'answer',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'test',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  const events = [chunk({ role: 'assistant', content: text }, null), { ...chunk({}, 'stop'), usage }];
  response.end(`${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`);
}
