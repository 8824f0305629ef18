// A slot for tests: a real process that speaks the protocol and does what the task's description tells it, a list of
// steps as JSON behind `script:`. It ends when its channel closes, as every slot does.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

if (process.env.FAKE_SLOT_DIES) {
  process.stderr.write('the fake slot dies at once\n');
  process.exit(3);
}

const turns = new Map();
const answers = new Map();
let requests = 0;

const say = (message) => process.connected && process.send([message]);
const keyText = (key) => `${key.run} ${key.task} ${key.attempt} ${key.turn ?? ''}`;

process.on('disconnect', () => process.exit(0));
process.on('message', (messages) => messages.forEach(take));
say({ type: 'ready' });

function take(message) {
  switch (message.type) {
    case 'turn':
      void carry(message.turn);
      return;
    case 'cancel':
      turns.get(keyText(message.key))?.cancel();
      return;
    case 'answer':
      answers.get(message.request)?.(message.answer);
      return;
    case 'end':
      process.exit(0);
      return;
    default:
      return;
  }
}

async function carry(turn) {
  if (turns.has(keyText(turn.key))) return;
  const state = { cancelled: false, cancel: () => {}, events: 0, heard: [], hangs: false };
  state.stopped = new Promise((resolve) => {
    state.cancel = () => {
      state.cancelled = true;
      if (!state.hangs) resolve();
    };
  });
  turns.set(keyText(turn.key), state);
  const outcome = await Promise.race([
    perform(turn, state, scriptOf(turn.prompt)),
    state.stopped.then(() => ({ status: 'cancelled' })),
  ]);
  say({ type: 'outcome', key: turn.key, outcome });
}

function scriptOf(prompt) {
  const script = /script:(.*)/.exec(prompt)?.[1];
  return script ? JSON.parse(script) : [['answer', 'done']];
}

async function perform(turn, state, steps) {
  for (const [name, ...given] of steps) {
    const outcome = await actions[name](turn, state, ...given);
    if (outcome?.status) return outcome;
  }
  return { status: 'value', text: 'done' };
}

const event = (turn, state, body) => {
  state.events += 1;
  say({ type: 'event', key: turn.key, number: state.events, event: body });
};

const ask = (turn, state, request) => {
  requests += 1;
  const id = String(requests);
  return new Promise((resolve) => {
    answers.set(id, (answer) => {
      state.heard.push(answer.text);
      resolve(answer);
    });
    say({ type: 'request', key: turn.key, id, request });
  });
};

const actions = {
  answer: (_turn, _state, text) => ({ status: 'value', text }),
  prompt: (turn) => ({ status: 'value', text: turn.prompt }),
  /** Performs the steps of its agent; for a vote, those of `vote:AGENT`. */
  as: (turn, state, steps) => {
    const own = steps[turn.key.turn?.startsWith('vote:') ? turn.key.turn : turn.agent.name];
    return own && performInside(turn, state, own);
  },
  submission: (turn) => ({ status: 'value', text: JSON.stringify(turn) }),
  choices: (turn) => ({ status: 'value', text: JSON.stringify(turn.choices) }),
  transcript: (turn) => ({ status: 'value', text: JSON.stringify(turn.transcript) }),
  heard: (_turn, state) => ({ status: 'value', text: state.heard.join('\n') }),
  fail: (_turn, _state, failure) => ({ status: 'error', failure }),
  crash: () => process.kill(process.pid, 'SIGKILL'),
  wait: () => new Promise(() => {}),
  hang: (_turn, state) => {
    state.hangs = true;
    return new Promise(() => {});
  },
  /** Answers only when it is cancelled. */
  late: async (_turn, state, text) => {
    state.hangs = true;
    while (!state.cancelled) await delay(5);
    return { status: 'value', text };
  },
  grow: (_turn, state, mebibytes) => {
    state.grown = Buffer.alloc(mebibytes * 1024 * 1024, 1);
  },
  log: (turn, _state, file) => appendFileSync(file, `${turn.key.task} ${turn.key.attempt} ${process.pid}\n`),
  touch: (_turn, _state, file) => writeFileSync(file, String(process.pid)),
  until: async (_turn, _state, file) => {
    while (!existsSync(file)) await delay(5);
  },
  once: (turn, state, file, steps) => {
    if (existsSync(file)) return undefined;
    writeFileSync(file, '');
    return performInside(turn, state, steps);
  },
  first: (turn, state, attempts, steps) =>
    turn.key.attempt <= attempts ? performInside(turn, state, steps) : undefined,
  text: (turn, _state, delta) => say({ type: 'text', key: turn.key, delta }),
  llm: (turn, state, content, call, delegation) => {
    const tool_calls = call && [{ id: call, type: 'function', function: { name: 'file_reader', arguments: '{}' } }];
    const message = { role: 'assistant', content, ...(tool_calls ? { tool_calls } : {}) };
    const prompt = [{ role: 'user', content: turn.prompt }];
    const numbers = { ms: 1, first_token_ms: 1, prompt_tokens: 10, completion_tokens: 5, cost_usd: 0.25 };
    const given = state.permit === undefined ? {} : { permit: state.permit };
    state.permit = undefined;
    event(turn, state, {
      type: 'llm.call',
      agent: turn.agent.name,
      model: 'fake',
      ...numbers,
      prompt,
      message,
      ...given,
      delegation,
    });
  },
  fill: (turn, state, calls, size) => {
    for (let call = 0; call < calls; call += 1) actions.llm(turn, state, `${call} `.padEnd(size, '.'));
  },
  tool: (turn, state, call_id, answer) => {
    const call = { agent: turn.agent.name, call_id, name: 'file_reader', arguments: '{}' };
    event(turn, state, { type: 'tool.call', ...call, answer, ms: 1, ok: true });
  },
  /** Requests a resource, and withdraws the request when the file exists. */
  pool_until: async (turn, state, given, path) => {
    void ask(turn, state, { kind: 'shared_resource_pool', agent: turn.agent.name, arguments: given });
    const id = String(requests);
    while (!existsSync(path)) await delay(5);
    say({ type: 'request_cancelled', key: turn.key, id });
  },
  /** Sends any request with the agent of the turn. */
  request: async (turn, state, request) => {
    await ask(turn, state, { agent: turn.agent.name, ...request });
  },
  pool: async (turn, state, given) => {
    await ask(turn, state, { kind: 'shared_resource_pool', agent: turn.agent.name, arguments: given });
  },
  monitor: async (turn, state, given) => {
    await ask(turn, state, { kind: 'performance_monitor', agent: turn.agent.name, arguments: given });
  },
  permit: async (turn, state, agent = turn.agent.name, tokens = 10) => {
    state.permit = agent === turn.agent.name ? turn.permit : undefined;
    turn.permit = undefined;
    if (state.permit !== undefined) return;
    const request = { kind: 'limiter.acquire', agent, provider: 'fake', origin: 'http://127.0.0.1:1', tokens };
    state.permit = (await ask(turn, state, request)).text;
  },
  give: (turn, state, error) => {
    const numbers = { ms: 1, first_token_ms: null, prompt_tokens: 5, completion_tokens: 5, cost_usd: 0 };
    const message = error ? null : { role: 'assistant', content: 'done' };
    const call = { type: 'llm.call', agent: turn.agent.name, model: 'fake', ...numbers, prompt: [], message };
    event(turn, state, { ...call, permit: state.permit, ...(error ? { error } : {}) });
  },
  garbage: () => say({ type: 'nonsense' }),
};

async function performInside(turn, state, steps) {
  for (const [name, ...given] of steps) {
    const outcome = await actions[name](turn, state, ...given);
    if (outcome?.status) return outcome;
  }
  return undefined;
}
