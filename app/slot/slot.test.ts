import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { begin, callsTools, page, type Reply, refusal, says, TestProvider, text } from '../models/testing/provider.ts';
import { provide, providerOf, readySlot, runTurn, slotFile, workspace } from './testing/slots.ts';
import { agentAt, turnFor } from './testing/turns.ts';

const PARENT = fileURLToPath(new URL('./testing/parent.mjs', import.meta.url));
const PATIENCE = { interval: 5 };

async function failureOf(reply: Reply) {
  const { baseUrl } = await providerOf(reply);
  const { outcome, slot } = await runTurn(turnFor(agentAt(baseUrl)));
  if (outcome.status !== 'error') throw new Error(`It was ${outcome.status}.`);
  return { failure: outcome.failure, slot };
}

describe('a broken provider', () => {
  it('a provider error fails the turn with its message: 500, 401, a web page, a cut-off stream, a refused connection', async () => {
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
    const { outcome } = await runTurn(turn);
    expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'network' } });
  });

  it('a slot reports 429 with Retry-After to the engine', async () => {
    const { failure, slot } = await failureOf(refusal(429, 'slow down', { 'retry-after': '3' }));
    expect(failure).toMatchObject({ kind: 'rate_limit', status: 429, retry_after_ms: 3000 });
    expect(slot.events('llm.call')).toMatchObject([{ permit: 'permit-1', error: { retry_after_ms: 3000 } }]);
  });

  it('a call that gets no answer ends when the engine cancels it, and the slot takes the next turn', async () => {
    const provider = await providerOf((response) => begin(response, [text('Fort')]), says('Better.'));
    const slot = await readySlot();
    const turn = turnFor(agentAt(provider.baseUrl));
    slot.send({ type: 'turn', turn });
    await expect.poll(() => slot.said.some(({ type }) => type === 'text'), PATIENCE).toBe(true);
    slot.send({ type: 'cancel', key: turn.key });
    expect(await slot.outcomeOf(turn.key)).toEqual({ status: 'cancelled' });
    await expect.poll(() => provider.closed, PATIENCE).toBe(1);
    const [call] = slot.said.flatMap((message) => (message.type === 'event' ? [message.event] : []));
    expect(call).toMatchObject({ type: 'llm.call', message: null, error: { kind: 'cancelled' }, prompt_tokens: 0 });
    const next = { ...turn, key: { ...turn.key, attempt: 2 } };
    expect((await runTurn(next, slot)).outcome).toEqual({ status: 'value', text: 'Better.' });
  });

  it('a turn that is cancelled while it waits for a permit makes no call and reports the cancellation', async () => {
    const provider = await providerOf(says('x'));
    const slot = await readySlot();
    slot.answering = () => null;
    const turn = turnFor(agentAt(provider.baseUrl));
    slot.send({ type: 'turn', turn });
    await expect.poll(() => slot.requests.length, PATIENCE).toBe(1);
    slot.send({ type: 'cancel', key: turn.key });
    expect(await slot.outcomeOf(turn.key)).toEqual({ status: 'cancelled' });
    const [id] = slot.said.flatMap((message) => (message.type === 'request' ? [message.id] : []));
    expect(id).toMatch(/^request-\d+$/);
    expect(slot.said.filter(({ type }) => type === 'request_cancelled')).toMatchObject([{ id }]);
    expect(provider.received).toEqual([]);
  });
});

describe('what a slot is provided for a run', () => {
  it('a turn of a run for which the slot was provided nothing, or no longer, ends with an error', async () => {
    const provider = await providerOf(says('Forty-two.'));
    const slot = await readySlot();
    const turn = turnFor(agentAt(provider.baseUrl));
    const of = (run: string, attempt: number) => ({ ...turn, key: { ...turn.key, run, attempt } });
    const refused = { status: 'error', failure: { kind: 'crash', message: expect.stringContaining('"provide"') } };
    expect((await runTurn(of('another', 1), slot)).outcome).toMatchObject(refused);
    slot.send({ type: 'withdraw', run: turn.key.run });
    expect((await runTurn(of(turn.key.run, 2), slot)).outcome).toMatchObject(refused);
    expect(provider.received).toEqual([]);
    provide(slot);
    expect((await runTurn(of(turn.key.run, 3), slot)).outcome).toEqual({ status: 'value', text: 'Forty-two.' });
  });
});

describe('unacknowledged messages', () => {
  it('a slot repeats messages until they are acknowledged, and does not run the same turn twice', async () => {
    const provider = await providerOf(callsTools(['file_reader', { path: 'none.md' }]), says('Done.'));
    const turn = turnFor(agentAt(provider.baseUrl, { tools: ['file_reader'] }));
    const { key } = turn;
    const { slot } = await runTurn(turn);
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
  it('a slot ends on request in the middle of a call', async () => {
    const provider = await providerOf((response) => begin(response, [text('Fort')]));
    const slot = await readySlot();
    slot.send({ type: 'turn', turn: turnFor(agentAt(provider.baseUrl)) });
    await expect.poll(() => provider.received.length, PATIENCE).toBe(1);
    const gone = once(slot.child, 'exit');
    slot.send({ type: 'end' });
    expect(await gone).toEqual([0, null]);
    await expect.poll(() => provider.closed, PATIENCE).toBe(1);
  });

  it('a slot ends when the process of the engine is killed: it drops its call and leaves no process', async () => {
    const provider = await providerOf((response) => begin(response, [text('Fort')]));
    const turn = JSON.stringify(turnFor(agentAt(provider.baseUrl)));
    const parent = spawn(process.execPath, [PARENT, slotFile(), turn, workspace], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [said] = await once(parent.stdout, 'data');
    const pid = Number(String(said));
    await expect.poll(() => provider.received.length, PATIENCE).toBe(1);
    parent.kill('SIGKILL');
    await expect.poll(() => provider.closed, PATIENCE).toBe(1);
    await expect.poll(() => isRunning(pid), PATIENCE).toBe(false);
  });
});

/** Returns whether a process runs; a process that has ended and waits to be collected does not. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    return !/^\d+ \(.*\) Z/.test(stat);
  } catch {
    return false;
  }
}
