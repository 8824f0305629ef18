import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { REHEARSAL_MODEL } from '../../../shared/crew/providers.ts';
import { Random, seedOf } from '../../../shared/random.ts';
import { type Request, readConversation, requestSchema } from './conversation.ts';
import { finalAnswer } from './final-answer.ts';
import { latencyOf } from './latency.ts';
import { nextCalls } from './plan.ts';
import { type Reply, streamReply } from './stream.ts';

export interface RehearsalOptions {
  /** The same seed and messages give the same answers and the same latency. */
  seed: number;
  /** At 2, answers are twice as fast. */
  speed: number;
}

export interface Rehearsal {
  /** `http://127.0.0.1:PORT/v1`. */
  baseUrl: string;
  close(): Promise<void>;
}

/**
 * The provider that needs no key and no network: an OpenAI-compatible server on the loopback interface. It uses only
 * the messages and tools of each request. Its agents really call their tools, and their answers contain the returned
 * figures.
 */
export async function startRehearsal({ seed, speed }: RehearsalOptions): Promise<Rehearsal> {
  const server = createServer((request, response) => {
    void serve(request, response, seed, speed).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  return { baseUrl: `http://127.0.0.1:${port}/v1`, close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(request: IncomingMessage, response: ServerResponse, seed: number, speed: number): Promise<void> {
  if (request.method === 'GET' && request.url === '/v1/models') {
    sendJson(response, 200, { object: 'list', data: [{ id: REHEARSAL_MODEL, object: 'model', owned_by: 'crewlane' }] });
    return;
  }
  if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
    sendJson(response, 404, { error: { message: 'The rehearsal has chat completions only.' } });
    return;
  }
  const parsed = requestSchema.safeParse(await readJson(request));
  if (!parsed.success) sendJson(response, 400, { error: { message: parsed.error.message } });
  else
    await streamReply(
      response,
      parsed.data.model,
      replyTo(parsed.data, seed),
      latencyOf(random(parsed.data, seed), speed),
    );
}

function replyTo(request: Request, seed: number): Reply {
  const conversation = readConversation(request);
  const calls = nextCalls(conversation);
  const promptCharacters = request.messages.reduce((sum, { content }) => sum + (content?.length ?? 0), 0);
  if (calls)
    return {
      text: '',
      calls: calls.map(({ name, args }) => ({ name, arguments: JSON.stringify(args) })),
      round: conversation.rounds,
      promptCharacters,
    };
  return {
    text: finalAnswer(conversation, random(request, seed)),
    calls: [],
    round: conversation.rounds,
    promptCharacters,
  };
}

/**
 * Returns the random generator of one call. It depends on the seed, the agent, the task and its progress, but never on
 * time.
 */
function random({ messages }: Request, seed: number): Random {
  const asked = messages.filter(({ role }) => role === 'system' || role === 'user').map(({ content }) => content);
  return new Random(seedOf(`${seed} ${messages.length} ${asked.join('\n').slice(0, 500)}`));
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    return null;
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
