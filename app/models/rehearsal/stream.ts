import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Latency } from './latency.ts';

export interface Reply {
  text: string;
  calls: { name: string; arguments: string }[];
  /** The number of earlier messages with tool calls, which determines the ids of calls. */
  round: number;
  promptCharacters: number;
}

const CHARACTERS_PER_TOKEN = 4;
/** Tokens that are due within this time in ms are sent together. */
const TICK_MS = 25;

/**
 * Sends a reply as server-sent events, with its tokens at the rate of `latency`. Ends early if the client disconnects.
 */
export async function streamReply(
  response: ServerResponse,
  model: string,
  reply: Reply,
  latency: Latency,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (choice: object) =>
    response.write(event({ model, choices: [{ index: 0, finish_reason: null, ...choice }] }));
  try {
    await delay(latency.firstTokenMs, undefined, { signal: gone.signal });
    send({ delta: { role: 'assistant' } });
    await pace(reply.text, latency, gone.signal, (content) => send({ delta: { content } }));
    for (const [index, call] of reply.calls.entries()) {
      const id = `call_${reply.round}_${index}`;
      send({ delta: { tool_calls: [{ index, id, type: 'function', function: { name: call.name, arguments: '' } }] } });
      await pace(call.arguments, latency, gone.signal, (piece) =>
        send({ delta: { tool_calls: [{ index, function: { arguments: piece } }] } }),
      );
    }
    send({ delta: {}, finish_reason: reply.calls.length > 0 ? 'tool_calls' : 'stop' });
    response.write(event({ model, choices: [], usage: usageOf(reply) }));
    response.end('data: [DONE]\n\n');
  } catch (error) {
    if (!gone.signal.aborted) throw error;
  }
}

/** Waits are computed from the start of the text, so that timer errors do not add up. */
async function pace(
  text: string,
  { tokensPerSecond }: Latency,
  signal: AbortSignal,
  send: (piece: string) => void,
): Promise<void> {
  const start = performance.now();
  const charactersPerMs = (tokensPerSecond * CHARACTERS_PER_TOKEN) / 1000;
  for (let sent = 0; sent < text.length; ) {
    const wait = Math.max(TICK_MS, (sent + CHARACTERS_PER_TOKEN) / charactersPerMs - (performance.now() - start));
    await delay(Math.min(wait, (text.length - sent) / charactersPerMs), undefined, { signal });
    const due = Math.max(sent + 1, Math.min(text.length, Math.round((performance.now() - start) * charactersPerMs)));
    send(text.slice(sent, due));
    sent = due;
  }
}

function usageOf({ text, calls, promptCharacters }: Reply): object {
  const characters = text.length + calls.reduce((sum, call) => sum + call.name.length + call.arguments.length, 0);
  const prompt = Math.ceil(promptCharacters / CHARACTERS_PER_TOKEN);
  const completion = Math.ceil(characters / CHARACTERS_PER_TOKEN);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function event(chunk: object): string {
  return `data: ${JSON.stringify({ id: 'rehearsal', object: 'chat.completion.chunk', created: 0, ...chunk })}\n\n`;
}
