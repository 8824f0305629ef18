import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { deserialize, serialize } from 'node:v8';
import type { ToSlot } from '../../shared/slot/protocol.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import { ModelClient } from '../models/client.ts';
import { OpenTurns } from './open-turns.ts';
import { type Port, readTo } from './port.ts';

const REPLY = [
  { choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: { content: 'warm' }, finish_reason: 'stop' }] },
  { choices: [], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 } },
].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
/** The second turn covers code that only a second call runs, above all reuse of an open connection. */
const TURNS_BEFORE_READY = 2;
/** V8 optimizes code that has run some dozens of times. A turn takes about 4 ms. */
const TURNS_IN_ALL = 20;

/**
 * Runs practice turns from message to outcome, with a model inside this process instead of the provider. The costs of a
 * first turn (modules, compiled code, validation of messages, a first connection) are paid before it calls `ready`.
 * More turns follow while the slot is unused: they make the first real turns faster.
 */
export async function warmUp(ready: () => void, isUnused: () => boolean): Promise<void> {
  const server = await practiceModel();
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  const models = new ModelClient();
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  let turns = 0;
  const practice = () => carry(practiceTurn(++turns, baseUrl), models);
  while (turns < TURNS_BEFORE_READY) await practice();
  ready();
  // Messages that arrived during a turn are received before the next one.
  for (await setImmediate(); turns < TURNS_IN_ALL && isUnused(); await setImmediate()) await practice();
  models.close();
  server.closeAllConnections();
  server.close();
}

function practiceModel(): Promise<Server> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(REPLY[0]);
    void setImmediate().then(() => response.end(`${REPLY[1]}${REPLY[2]}data: [DONE]\n\n`));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

/** Submits a turn as a message, and resolves when its outcome is sent. */
function carry(turn: TurnSubmission, models: ModelClient): Promise<void> {
  return new Promise((resolve) => {
    const send: Port['send'] = (message) => {
      if (message.type === 'outcome') resolve();
    };
    const openTurns = new OpenTurns({ send }, models);
    const provided = { workspace: '', keys: {} };
    const messages: ToSlot[] = [
      { type: 'provide', run: turn.key.run, provided },
      { type: 'turn', turn },
    ];
    readTo(deserialize(serialize(messages)), (message) => {
      if (message.type === 'turn' || message.type === 'provide') openTurns.take(message);
    });
  });
}

function practiceTurn(attempt: number, base_url: string): TurnSubmission {
  const model = { provider: 'warm', base_url, model: 'warm', price: { prompt: 0, completion: 0 } };
  return {
    key: { run: 'warm', task: 'warm', attempt, turn: null },
    agent: { name: 'warm', role: '', goal: '', system: 'warm', model, tools: [], max_iterations: 1 },
    prompt: 'warm',
    transcript: [],
    nested_conversations: {},
    coworkers: [],
    rehearsal: false,
    seed: 0,
    timeout_ms: 1000,
    permit: 'warm',
  };
}
