import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { readAssignmentPrompt } from '../app/models/rehearsal/assign.ts';
import { type ChaosCrew, type Fault, HELP } from './crew.ts';

const messageSchema = z.object({ role: z.string(), content: z.string().nullish() });
const requestSchema = z.object({ messages: z.array(messageSchema.loose()) });
type Messages = z.infer<typeof requestSchema>['messages'];

/** A received request. */
export interface ReceivedRequest {
  id: number;
  /** The task of the call, with its row in a batch (`ants_t1`), or `@assignment`. */
  task: string;
  /** The turn of the task. In a consensual task, each agent's proposal and vote is a turn. */
  turn: string;
  /** The hash of the conversation before it. Equal conversations are the same call. */
  conversation: string;
}

/** The time in which this server notices that a client has closed a connection. */
const CLOSING_MS = 300;

/** The model server of chaos tests. It answers and fails according to the crew's script, and records every request. */
export class ChaosProvider {
  readonly asked: ReceivedRequest[] = [];
  /** Violations of invariants, as text. */
  readonly problems: string[] = [];
  readonly baseUrl: string;
  readonly #server: Server;
  readonly #crew: ChaosCrew;
  readonly #open = new Map<string, Set<ServerResponse>>();
  readonly #faults = new Map<Fault, number>();

  private constructor(server: Server, crew: ChaosCrew) {
    this.#server = server;
    this.#crew = crew;
    const { port } = server.address() as AddressInfo; // A listening TCP server has an address.
    this.baseUrl = `http://127.0.0.1:${port}/v1`;
    server.on('request', (request, response) => void this.#take(request, response));
  }

  static async start(crew: ChaosCrew): Promise<ChaosProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ChaosProvider(server, crew);
  }

  get faults(): number {
    return [...this.#faults.values()].reduce((sum, count) => sum + count, 0);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const body = await bodyOf(request).catch(() => null);
    if (body === null) return;
    const { messages } = requestSchema.parse(JSON.parse(body));
    const task = taskNamed(messages);
    const turn = `${task} ${messages[0]?.content?.split(':')[0]}${roleIn(messages)}`;
    const conversation = createHash('sha256').update(JSON.stringify(messages)).digest('hex');
    const earlier = this.asked.filter((asked) => asked.conversation === conversation).length;
    const asked: ReceivedRequest = { id: this.asked.length + 1, task, turn, conversation };
    this.asked.push(asked);
    void this.#watch(asked, response);
    const call = messages.filter(({ role }) => role === 'assistant').length;
    await delay(this.#crew.delayOf(turn, call));
    if (response.closed) return;
    const fault = this.#crew.faultOf(turn, call, earlier);
    if (fault) this.#fail(response, fault);
    else this.#answer(response, asked, messages, call);
  }

  /** Two concurrent calls of one turn would mean two running attempts. */
  async #watch({ turn, id }: ReceivedRequest, response: ServerResponse): Promise<void> {
    const open = this.#open.get(turn) ?? new Set();
    this.#open.set(turn, open);
    const before = [...open];
    open.add(response);
    response.once('close', () => open.delete(response));
    const end = performance.now() + CLOSING_MS;
    while (before.some((other) => open.has(other)) && performance.now() < end) await delay(10);
    if (before.some((other) => open.has(other) && !other.writableEnded))
      this.problems.push(`request ${id} of ${turn} arrived while another one of the turn was open`);
  }

  #fail(response: ServerResponse, fault: Fault): void {
    this.#faults.set(fault, (this.#faults.get(fault) ?? 0) + 1);
    switch (fault) {
      case 'http_500':
        refuse(response, 500);
        return;
      case 'http_400':
        refuse(response, 400);
        return;
      case 'http_429':
        refuse(response, 429, { 'retry-after': '0' });
        return;
      case 'http_503':
        refuse(response, 503, { 'retry-after-ms': '30' });
        return;
      case 'cut_off':
        begin(response, { content: 'half an ans' });
        response.end();
        return;
      case 'reset':
        response.destroy();
        return;
      case 'hangs':
        begin(response, { content: '' });
        return;
      case 'web_page':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html></html>');
        return;
      case 'empty':
        begin(response, { content: '' });
        finish(response, 'stop');
        return;
      default:
        fault satisfies never;
    }
  }

  #answer(response: ServerResponse, { id, task }: ReceivedRequest, messages: Messages, call: number): void {
    const chosen = choiceIn(messages, id);
    const [, row = '', name = ''] = /^(.*_)?(t\d+)$/.exec(task) ?? [];
    const step = chosen || isHelp(messages) ? undefined : this.#crew.steps.get(name)?.[call];
    if (step) {
      const made = { name: step.tool, arguments: JSON.stringify(step.args).replace(HELP, `${HELP}${row}`) };
      begin(response, { tool_calls: [{ index: 0, id: callId(id), type: 'function', function: made }] });
      finish(response, 'tool_calls');
      return;
    }
    const text = chosen
      ? `${answerName(id)}: ${JSON.stringify(chosen)}`
      : `${answerName(id)} of ${task}${' '.repeat(this.#crew.paddingOf(task))}.`;
    begin(response, { content: text });
    finish(response, 'stop');
  }
}

/** Returns the request that an answer names; null if it names none. */
export function requestOf(answer: string): number | null {
  const id = /\brequest_(\d+)\b/.exec(answer)?.[1];
  return id === undefined ? null : Number(id);
}

function answerName(id: number): string {
  return `request_${id}`;
}

function callId(id: number): string {
  return `call-${answerName(id)}`;
}

function taskNamed(messages: Messages): string {
  const prompt = messages[1]?.content ?? '';
  if (prompt.startsWith('# Assignment')) return `${/Do (\w+_)t\d+\./.exec(prompt)?.[1] ?? ''}@assignment`;
  return /^(?:Do|Help with) (\w+)\.$/m.exec(prompt)?.[1] ?? 'nobody';
}

/** Returns the purpose of a call other than the task itself. */
function roleIn(messages: Messages): string {
  if (votersIn(messages)) return ' votes';
  const asks = /^# (?:Question|Work) from (\w+)$/m.exec(messages[1]?.content ?? '')?.[1];
  if (asks !== undefined) return ` helps ${asks}`;
  return isReview(messages) ? ' reviews' : '';
}

/** Whether it is a call of a coworker, which is made once and uses no tools. */
function isHelp(messages: Messages): boolean {
  return /^Help with \w+\.$/m.test(messages[1]?.content ?? '');
}

/** Whether it is a manager review. */
function isReview(messages: Messages): boolean {
  return messages[1]?.content?.startsWith('# Review') ?? false;
}

/** Returns the JSON of an answer; null for an answer in prose. */
function choiceIn(messages: Messages, id: number): object | null {
  const voters = votersIn(messages);
  if (voters) return { vote: voters[id % voters.length] };
  if (isReview(messages)) return id % 3 === 0 ? { approved: false, remark: 'Do it better.' } : { approved: true };
  return readAssignmentPrompt(messages[1]?.content ?? '');
}

/** Returns the agents that a vote can choose; null for other calls. */
function votersIn(messages: Messages): string[] | null {
  const names = /where NAME is one of: (.+)\.$/m.exec(messages[1]?.content ?? '')?.[1];
  return names === undefined ? null : names.split(', ');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function begin(response: ServerResponse, delta: object): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(data({ choices: [{ index: 0, delta: { role: 'assistant', ...delta }, finish_reason: null }] }));
}

function finish(response: ServerResponse, reason: string): void {
  const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 };
  response.end(
    `${data({ choices: [{ index: 0, delta: {}, finish_reason: reason }] })}${data({ choices: [], usage })}data: [DONE]\n\n`,
  );
}

function data(chunk: object): string {
  return `data: ${JSON.stringify({ id: 'answer', object: 'chat.completion.chunk', created: 0, model: 'chaos', ...chunk })}\n\n`;
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message: `Injected fault: status ${status}.` } }));
}
