import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Message, TurnAgent, TurnSubmission } from '../../shared/slot/protocol.ts';
import { begin, callsTools, page, type Reply, refusal, says, TestProvider, text } from '../models/testing/provider.ts';
import { bundleSlot, SlotUnderTest } from './testing/slot-process.ts';
import { agentAt, turnFor as submissionOf } from './testing/turns.ts';

const PARENT = fileURLToPath(new URL('./testing/parent.mjs', import.meta.url));
const PATIENCE = { timeout: 20_000, interval: 5 };

let bundle: Awaited<ReturnType<typeof bundleSlot>>;
let workspace: string;
const slots: SlotUnderTest[] = [];
const providers: TestProvider[] = [];

beforeAll(async () => {
  bundle = await bundleSlot();
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-slot-')));
});
afterEach(async () => {
  await Promise.all(slots.splice(0).map((slot) => slot.stop()));
  await Promise.all(providers.splice(0).map((provider) => provider.stop()));
});
afterAll(async () => {
  await bundle.remove();
  await rm(workspace, { recursive: true, force: true });
});

async function providerOf(...replies: Reply[]): Promise<TestProvider> {
  const provider = await TestProvider.start(...replies);
  providers.push(provider);
  return provider;
}

async function readySlot(): Promise<SlotUnderTest> {
  const slot = new SlotUnderTest(bundle.file);
  slots.push(slot);
  return slot.ready();
}

function turnFor(agent: TurnAgent, more: Partial<TurnSubmission> = {}): TurnSubmission {
  return submissionOf(agent, workspace, more);
}

/** Carries a turn in a slot of its own to its outcome. */
async function carry(turn: TurnSubmission, slot?: SlotUnderTest) {
  const used = slot ?? (await readySlot());
  used.send({ type: 'turn', turn });
  return { slot: used, outcome: await used.outcomeOf(turn.key) };
}

async function failureOf(reply: Reply) {
  const { baseUrl } = await providerOf(reply);
  const { outcome, slot } = await carry(turnFor(agentAt(baseUrl)));
  if (outcome.status !== 'error') throw new Error(`It was ${outcome.status}.`);
  return { failure: outcome.failure, slot };
}

describe('a turn', () => {
  it('is ready before any provider has been asked, and then streams its answer and tells of its call', async () => {
    const provider = await providerOf(says('Forty-two.'));
    const slot = await readySlot();
    expect(provider.received).toEqual([]);
    const agent = agentAt(provider.baseUrl, {}, { price: { prompt: 1_000_000, completion: 2_000_000 } });
    const { outcome } = await carry(turnFor(agent), slot);
    expect(outcome).toEqual({ status: 'value', text: 'Forty-two.' });
    expect(slot.said.flatMap((message) => (message.type === 'text' ? [message.delta] : [])).join('')).toBe(
      'Forty-two.',
    );
    expect(slot.events('llm.call')).toMatchObject([
      {
        agent: 'ada',
        prompt_tokens: 10,
        completion_tokens: 5,
        cost_usd: 20,
        prompt: [{ role: 'system' }, { role: 'user', content: '# Task: report' }],
        message: { content: 'Forty-two.' },
      },
    ]);
  });

  it('asks the engine for leave before each call, and gives it back with the tokens used', async () => {
    const provider = await providerOf(says('Forty-two.'));
    const slot = await readySlot();
    slot.answering = () => null;
    slot.send({ type: 'turn', turn: turnFor(agentAt(provider.baseUrl)) });
    await expect
      .poll(() => slot.requests, PATIENCE)
      .toMatchObject([{ kind: 'limiter.acquire', origin: provider.origin }]);
    expect(provider.received).toEqual([]);
    slot.send({
      type: 'answer',
      key: turnFor(agentAt('')).key,
      request: 'request-1',
      answer: { ok: true, text: 'p7' },
    });
    await expect
      .poll(() => slot.events('llm.call'), PATIENCE)
      .toMatchObject([{ permit: 'p7', prompt_tokens: 10, completion_tokens: 5 }]);
  });

  it('does not ask for leave that came with the turn, before its first call', async () => {
    const provider = await providerOf(callsTools(['no_such_tool', {}]), says('Forty-two.'));
    const { slot } = await carry({ ...turnFor(agentAt(provider.baseUrl)), permit: 'p1' });
    expect(slot.events('llm.call').map(({ permit }) => permit)).toEqual(['p1', 'permit-1']);
    expect(slot.requested('limiter.acquire')).toHaveLength(1);
  });

  it('carries out the tools that the model calls, in order, and hands it their answers', async () => {
    const provider = await providerOf(
      callsTools(
        ['file_writer', { path: 'notes/a.md', content: 'one' }],
        ['file_reader', { path: 'notes/a.md' }],
        ['no_such_tool', {}],
        ['file_writer', { path: '../outside.md', content: 'x' }],
      ),
      says('Done.'),
    );
    const { outcome, slot } = await carry(
      turnFor(agentAt(provider.baseUrl, { tools: ['file_reader', 'file_writer'] })),
    );
    expect(outcome).toEqual({ status: 'value', text: 'Done.' });
    expect(await readFile(join(workspace, 'notes', 'a.md'), 'utf8')).toBe('one');
    expect(slot.events('tool.call').map(({ name, ok }) => [name, ok])).toEqual([
      ['file_writer', true],
      ['file_reader', true],
      ['no_such_tool', false],
      ['file_writer', false],
    ]);
    const sent = provider.received[1]?.body['messages'] as Message[]; // As this test's client has sent them.
    expect(sent.map(({ role }) => role)).toEqual(['system', 'user', 'assistant', 'tool', 'tool', 'tool', 'tool']);
    expect(sent[4]?.content).toContain('one');
    expect(sent[5]?.content).toContain('You have: file_reader, file_writer');
    expect(slot.events('llm.call').map(({ prompt }) => prompt.length)).toEqual([2, 4]);
  });

  it('has the two seed tools answered by the engine', async () => {
    const provider = await providerOf(
      callsTools(['shared_resource_pool', { action: 'acquire_resource', resource_id: 'database' }]),
      says('Done.'),
    );
    const slot = await readySlot();
    slot.answering = ({ kind }) => ({ ok: true, text: kind === 'shared_resource_pool' ? 'acquired' : 'permit-1' });
    await carry(turnFor(agentAt(provider.baseUrl, { tools: ['shared_resource_pool'] })), slot);
    expect(slot.requested('shared_resource_pool')).toMatchObject([
      { agent: 'ada', arguments: { action: 'acquire_resource', resource_id: 'database' } },
    ]);
    expect(slot.events('tool.call')).toMatchObject([{ answer: 'acquired', ok: true }]);
  });

  it('fails when the agent never answers, and says what to raise', async () => {
    const provider = await providerOf(callsTools(['file_reader', { path: 'nothing.md' }]));
    const { outcome } = await carry(turnFor(agentAt(provider.baseUrl, { tools: ['file_reader'], max_iterations: 3 })));
    expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'iterations' } });
    expect(JSON.stringify(outcome)).toContain('Raise its max_iterations');
    expect(provider.received).toHaveLength(3);
  });

  it('does not call tools that reach outside in a rehearsal, and marks their answers', async () => {
    const provider = await providerOf(callsTools(['web_search', { query: 'lanes' }]), says('Done.'));
    const { slot } = await carry(turnFor(agentAt(provider.baseUrl, { tools: ['web_search'] }), { rehearsal: true }));
    expect(slot.events('tool.call')).toMatchObject([{ name: 'web_search', ok: true, rehearsed: true }]);
  });
});

describe('an attempt that goes on from an earlier one', () => {
  const asked: Message = {
    role: 'assistant',
    content: null,
    tool_calls: [
      { id: 'a', type: 'function', function: { name: 'file_writer', arguments: '{"path":"kept.md","content":"old"}' } },
      { id: 'b', type: 'function', function: { name: 'file_writer', arguments: '{"path":"new.md","content":"new"}' } },
    ],
  };

  it('neither pays for an answered call again nor carries out a tool twice', async () => {
    const provider = await providerOf(says('Done.'));
    const transcript: Message[] = [asked, { role: 'tool', tool_call_id: 'a', content: 'Written.' }];
    const agent = agentAt(provider.baseUrl, { tools: ['file_writer'] });
    const { slot, outcome } = await carry(turnFor(agent, { transcript }));
    expect(outcome).toMatchObject({ status: 'value' });
    expect(slot.events('tool.call').map(({ call_id }) => call_id)).toEqual(['b']);
    await expect(readFile(join(workspace, 'kept.md'))).rejects.toThrow();
    expect(provider.received).toHaveLength(1);
  });

  it('takes an answer that was final as it is', async () => {
    const provider = await providerOf(says('Another.'));
    const transcript: Message[] = [{ role: 'assistant', content: 'The answer.' }];
    const { outcome } = await carry(turnFor(agentAt(provider.baseUrl), { transcript }));
    expect(outcome).toEqual({ status: 'value', text: 'The answer.' });
    expect(provider.received).toEqual([]);
  });
});

describe('an answer that has to meet a schema', () => {
  const output_schema = {
    type: 'object',
    properties: { total: { type: 'integer' } },
    required: ['total'],
    additionalProperties: false,
  };

  it('is sent back with what is wrong until it does, and comes without its fence', async () => {
    const provider = await providerOf(says('Forty-two'), says('{"total":"x"}'), says('```json\n{"total":42}\n```'));
    const { outcome, slot } = await carry(turnFor(agentAt(provider.baseUrl), { output_schema }));
    expect(outcome).toEqual({ status: 'value', text: '{"total":42}' });
    expect(slot.events('check').map(({ what, passed }) => [what, passed])).toEqual([
      ['schema', false],
      ['repair', false],
      ['repair', true],
    ]);
    expect(JSON.stringify(provider.received[0]?.body)).toContain('additionalProperties');
  });

  it('fails for good after two repairs', async () => {
    const provider = await providerOf(says('Forty-two'));
    const { outcome } = await carry(turnFor(agentAt(provider.baseUrl), { output_schema }));
    expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'output' } });
    expect(provider.received).toHaveLength(3);
  });

  it('is not asked for where the schema cannot be used', async () => {
    const provider = await providerOf(says('{}'));
    const turn = turnFor(agentAt(provider.baseUrl), { output_schema: { $ref: 'https://example.com/schema' } });
    const { outcome } = await carry(turn);
    expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'output' } });
    expect(JSON.stringify(outcome)).toContain('output_schema cannot be used');
    expect(provider.received).toEqual([]);
  });
});

describe('a co-worker', () => {
  it('answers inside the turn, without tools to delegate itself, and its calls are its own', async () => {
    const provider = await providerOf(
      callsTools(['ask_coworker', { coworker: 'bob', question: 'How many?' }]),
      says('Seven.'),
      says('Bob says seven.'),
    );
    const coworkers = [agentAt(provider.baseUrl, { name: 'bob', role: 'Counter' })];
    const { outcome, slot } = await carry(turnFor(agentAt(provider.baseUrl), { coworkers }));
    expect(outcome).toEqual({ status: 'value', text: 'Bob says seven.' });
    expect(slot.events('delegation.started')).toMatchObject([{ from: 'ada', to: 'bob', question: true }]);
    expect(slot.events('delegation.ended')).toMatchObject([{ ok: true }]);
    expect(slot.events('llm.call').map(({ agent, delegation }) => [agent, delegation !== undefined])).toEqual([
      ['ada', false],
      ['bob', true],
      ['ada', false],
    ]);
    expect(provider.received[1]?.body).not.toHaveProperty('tools');
    expect(slot.said.flatMap((message) => (message.type === 'text' ? [message.delta] : []))).toEqual([
      'Bob says seven.',
    ]);
  });

  it('that fails, or does not exist, is an answer to who asked', async () => {
    const provider = await providerOf(
      callsTools(
        ['delegate_work', { coworker: 'bob', task: 'Count.' }],
        ['ask_coworker', { coworker: 'eve', question: 'How many?' }],
      ),
      refusal(500, 'broken'),
      says('Done alone.'),
    );
    const coworkers = [agentAt(provider.baseUrl, { name: 'bob', role: 'Counter' })];
    const { outcome, slot } = await carry(turnFor(agentAt(provider.baseUrl), { coworkers }));
    expect(outcome).toEqual({ status: 'value', text: 'Done alone.' });
    expect(slot.events('tool.call').map(({ answer, ok }) => [answer.slice(0, 24), ok])).toEqual([
      ['bob could not answer: ht', false],
      ['There is no co-worker "e', false],
    ]);
  });
});

describe('a provider that is broken', () => {
  it('fails the turn with what it said: 500, 401, a web page, a cut-off stream, nobody there', async () => {
    expect((await failureOf(refusal(500, 'out of order'))).failure).toMatchObject({ kind: 'http', status: 500 });
    expect((await failureOf(refusal(401, 'wrong key'))).failure).toMatchObject({ kind: 'auth', status: 401 });
    expect((await failureOf(page(200))).failure).toMatchObject({ kind: 'bad_answer' });
    const cutOff = await failureOf((response) => {
      begin(response, [text('Fort')]);
      setImmediate(() => response.destroy());
    });
    expect(cutOff.failure).toMatchObject({ kind: 'bad_answer' });
    expect(cutOff.slot.events('llm.call')).toMatchObject([{ message: null, error: { kind: 'bad_answer' } }]);
    const provider = await TestProvider.start(says('x'));
    const turn = turnFor(agentAt(provider.baseUrl));
    await provider.stop();
    const { outcome } = await carry(turn);
    expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'network' } });
  });

  it('has its limit told to the engine: 429 with Retry-After', async () => {
    const { failure, slot } = await failureOf(refusal(429, 'slow down', { 'retry-after': '3' }));
    expect(failure).toMatchObject({ kind: 'rate_limit', status: 429, retry_after_ms: 3000 });
    expect(slot.events('llm.call')).toMatchObject([{ permit: 'permit-1', error: { retry_after_ms: 3000 } }]);
  });

  it('that never answers is given up when the engine says so, and the slot takes the next turn', async () => {
    const provider = await providerOf((response) => begin(response, [text('Fort')]), says('Better.'));
    const slot = await readySlot();
    const turn = turnFor(agentAt(provider.baseUrl));
    slot.send({ type: 'turn', turn });
    await expect.poll(() => slot.said.some(({ type }) => type === 'text'), PATIENCE).toBe(true);
    slot.send({ type: 'cancel', key: turn.key });
    expect(await slot.outcomeOf(turn.key)).toEqual({ status: 'cancelled' });
    await expect.poll(() => provider.closed, PATIENCE).toBe(1);
    const next = { ...turn, key: { ...turn.key, attempt: 2 } };
    expect((await carry(next, slot)).outcome).toEqual({ status: 'value', text: 'Better.' });
  });

  it('whose turn is cancelled while it waits for leave is never asked, and the engine is told', async () => {
    const provider = await providerOf(says('x'));
    const slot = await readySlot();
    slot.answering = () => null;
    const turn = turnFor(agentAt(provider.baseUrl));
    slot.send({ type: 'turn', turn });
    await expect.poll(() => slot.requests.length, PATIENCE).toBe(1);
    slot.send({ type: 'cancel', key: turn.key });
    expect(await slot.outcomeOf(turn.key)).toEqual({ status: 'cancelled' });
    expect(slot.said.filter(({ type }) => type === 'request_cancelled')).toMatchObject([{ id: 'request-1' }]);
    expect(provider.received).toEqual([]);
  });
});

describe('what an engine has missed', () => {
  it('is said again, until it is acknowledged, and the same turn is not carried twice', async () => {
    const provider = await providerOf(callsTools(['file_reader', { path: 'none.md' }]), says('Done.'));
    const turn = turnFor(agentAt(provider.baseUrl, { tools: ['file_reader'] }));
    const { key } = turn;
    const { slot } = await carry(turn);
    slot.send({ type: 'turn', turn });
    slot.send({ type: 'acknowledge', key, events: 2, outcome: false });
    const unknown = { ...key, attempt: 9 };
    const reconcile = async (id: string) => {
      const before = slot.said.length;
      slot.send({ type: 'reconcile', id, keys: [key, unknown] });
      await expect
        .poll(() => slot.said.some((said) => said.type === 'reconciled' && said.id === id), PATIENCE)
        .toBe(true);
      return slot.said.slice(before);
    };
    expect(await reconcile('1')).toMatchObject([
      { type: 'event', number: 3, event: { type: 'llm.call' } },
      { type: 'outcome', outcome: { status: 'value', text: 'Done.' } },
      { type: 'reconciled', turns: [{ status: 'outcome' }, { key: unknown, status: 'unknown' }] },
    ]);
    slot.send({ type: 'acknowledge', key, events: 3, outcome: true });
    expect(await reconcile('2')).toMatchObject([{ type: 'reconciled', turns: [{ status: 'unknown' }, {}] }]);
    expect(provider.received).toHaveLength(2);
  });
});

describe('the end of a slot', () => {
  it('comes when it is asked for, in the middle of a call', async () => {
    const provider = await providerOf((response) => begin(response, [text('Fort')]));
    const slot = await readySlot();
    slot.send({ type: 'turn', turn: turnFor(agentAt(provider.baseUrl)) });
    await expect.poll(() => provider.received.length, PATIENCE).toBe(1);
    const gone = once(slot.child, 'exit');
    slot.send({ type: 'end' });
    expect(await gone).toEqual([0, null]);
    await expect.poll(() => provider.closed, PATIENCE).toBe(1);
  });

  it('comes by itself when the engine’s process is killed: its call is dropped, no process is left', async () => {
    const provider = await providerOf((response) => begin(response, [text('Fort')]));
    const turn = JSON.stringify(turnFor(agentAt(provider.baseUrl)));
    const parent = spawn(process.execPath, [PARENT, bundle.file, turn], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(parent.stdout, 'data');
    const pid = Number(String(said));
    await expect.poll(() => provider.received.length, PATIENCE).toBe(1);
    parent.kill('SIGKILL');
    await expect.poll(() => provider.closed, PATIENCE).toBe(1);
    await expect.poll(() => isRunning(pid), PATIENCE).toBe(false);
  });
});

/** Whether a process runs; one that has ended and waits to be collected does not. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return !/^\d+ \(.*\) Z/.test(stat);
  } catch {
    return false;
  }
}
