import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Message, SlotEvent, TurnSubmission } from '../../shared/slot/protocol.ts';
import { callsTools, type Reply, refusal, says, TestProvider } from '../models/testing/provider.ts';
import { bundleSlot, SlotUnderTest } from './testing/slot-process.ts';
import { agentAt, turnFor } from './testing/turns.ts';

let bundle: Awaited<ReturnType<typeof bundleSlot>>;
let workspace: string;
let slot: SlotUnderTest;
let provider: TestProvider;

beforeAll(async () => {
  bundle = await bundleSlot();
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'crewlane-answers-')));
});
afterEach(async () => {
  await slot.stop();
  await provider.stop();
});
afterAll(async () => {
  await bundle.remove();
  await rm(workspace, { recursive: true, force: true });
});

/** A turn of `ada`, whose provider answers with these one after the other, carried to its outcome. */
async function carry(replies: readonly Reply[], more: (baseUrl: string) => Partial<TurnSubmission>) {
  provider = await TestProvider.start(...replies);
  slot = await new SlotUnderTest(bundle.file).ready();
  const turn = turnFor(agentAt(provider.baseUrl), workspace, more(provider.baseUrl));
  slot.send({ type: 'turn', turn });
  return slot.outcomeOf(turn.key);
}

/** The last message of each request: what the model was told then. */
const told = () =>
  provider.received.map(({ body }) => {
    const messages = body['messages'] as Message[]; // Sent by the client under test.
    return messages.at(-1)?.content ?? '';
  });

const checks = () => slot.events('check').map(({ what, passed }) => [what, passed]);
const askedBy = () => slot.events('llm.call').map((call: SlotEvent & { agent: string }) => call.agent);

describe('a vote', () => {
  const choices = ['ada', 'bo'];

  it('names one who proposed, as JSON, as the name alone or in a sentence', async () => {
    for (const [answer, choice] of [
      ['```json\n{"vote": "bo"}\n```', 'bo'],
      ['Bo', 'bo'],
      ['I vote for **ada**, who says most.', 'ada'],
    ] as const) {
      expect(await carry([says(answer)], () => ({ choices }))).toEqual({ status: 'value', text: choice });
      expect(provider.received).toHaveLength(1);
      expect(checks()).toEqual([]);
      await slot.stop();
      await provider.stop();
    }
  });

  it('that names nobody is asked for once more', async () => {
    expect(await carry([says('Both are good.'), says('{"vote": "ada"}')], () => ({ choices }))).toEqual({
      status: 'value',
      text: 'ada',
    });
    expect(told()[1]).toContain('ada, bo');
  });

  it('that names nobody twice fails for good', async () => {
    expect(await carry([says('{"vote": "eve"}')], () => ({ choices }))).toMatchObject({
      status: 'error',
      failure: { kind: 'output' },
    });
    expect(provider.received).toHaveLength(2);
  });
});

describe('a co-worker’s work', () => {
  const asks = callsTools(['ask_coworker', { coworker: 'bob', question: 'How many?' }]);
  const coworkers = (baseUrl: string) => [agentAt(baseUrl, { name: 'bob', role: 'Counter', tools: ['file_reader'] })];

  it('is gone on with in the next attempt: its answered calls are asked for no more', async () => {
    const looks = callsTools(['file_reader', { path: 'none.md' }]);
    await carry([asks, looks, refusal(429, 'slow down', { 'retry-after': '1' })], (baseUrl) => ({
      coworkers: coworkers(baseUrl),
    }));
    const [id = ''] = slot.events('delegation.started').map((event) => event.id);
    const own = slot.events('llm.call').flatMap(({ message, delegation }) => (delegation ? [] : (message ?? [])));
    const aside = [
      ...slot.events('llm.call').flatMap(({ message, delegation }) => (delegation && message ? [message] : [])),
      ...slot.events('tool.call').map(({ call_id, answer }): Message => {
        return { role: 'tool', tool_call_id: call_id, content: answer };
      }),
    ];
    await slot.stop();
    await provider.stop();

    const outcome = await carry([says('Seven.'), says('Bob says seven.')], (baseUrl) => ({
      key: { run: 'run', task: 'report', attempt: 2, turn: null },
      coworkers: coworkers(baseUrl),
      transcript: own,
      asides: { [id]: aside },
    }));
    expect(outcome).toEqual({ status: 'value', text: 'Bob says seven.' });
    expect(askedBy()).toEqual(['bob', 'ada']);
    expect(slot.events('delegation.started').map((event) => event.id)).toEqual([id]);
  });

  it('that its provider asks to wait for ends the attempt, which uses up no retry', async () => {
    const outcome = await carry([asks, refusal(429, 'slow down', { 'retry-after': '1' })], (baseUrl) => ({
      coworkers: coworkers(baseUrl),
    }));
    expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'rate_limit' } });
    expect(slot.events('tool.call')).toEqual([]);
  });
});

describe('with the manager’s review an answer', () => {
  const manager = (baseUrl: string) => ({
    manager: { agent: agentAt(baseUrl, { name: 'boss', role: 'Boss' }), brief: '# Task: report\n\nCount.' },
  });
  const sendsBack = says('{"approved": false, "remark": "Give the number."}');

  it('that is approved is the result; the manager was told the task and the answer, and gets no tools', async () => {
    const outcome = await carry([says('Some.'), says('Fine: {"approved": true}')], manager);
    expect(outcome).toEqual({ status: 'value', text: 'Some.' });
    expect(told()[1]).toMatch(/# Task: report\n\nCount\..*## Result of ada\n\nSome\./s);
    expect(slot.events('delegation.started')).toMatchObject([{ from: 'ada', to: 'boss', judges: 'manager_review' }]);
    expect(askedBy()).toEqual(['ada', 'boss']);
    expect(checks()).toEqual([['manager_review', true]]);
  });

  it('is sent back once, and what comes then stands', async () => {
    const outcome = await carry([says('Some.'), sendsBack, says('Forty-two.'), sendsBack], manager);
    expect(outcome).toEqual({ status: 'value', text: 'Forty-two.' });
    expect(askedBy()).toEqual(['ada', 'boss', 'ada']);
    expect(told()[2]).toContain('Give the number.');
    expect(slot.events('check')).toMatchObject([{ what: 'manager_review', passed: false, detail: 'Give the number.' }]);
  });

  it('stands where the manager gives no verdict, asked twice', async () => {
    const outcome = await carry([says('Some.'), says('Hm.')], manager);
    expect(outcome).toEqual({ status: 'value', text: 'Some.' });
    expect(askedBy()).toEqual(['ada', 'boss', 'boss']);
    expect(slot.events('check')).toMatchObject([{ passed: true, detail: 'boss gave no verdict; the result stands' }]);
  });

  it('waits for the next attempt where the manager cannot be asked', async () => {
    expect(await carry([says('Some.'), refusal(503, 'busy')], manager)).toMatchObject({
      status: 'error',
      failure: { kind: 'http', status: 503 },
    });
  });

  it('is not paid for twice: a later attempt goes on from the verdict, or from after it', async () => {
    const answered: Message[] = [{ role: 'assistant', content: 'Some.' }];
    const verdict: Message[] = [{ role: 'assistant', content: '{"approved": false, "remark": "Give the number."}' }];
    const key = { run: 'run', task: 'report', attempt: 2, turn: null };
    const outcome = await carry([says('Forty-two.')], (baseUrl) => {
      return { ...manager(baseUrl), key, transcript: answered, asides: { 'review-1': verdict } };
    });
    expect(outcome).toEqual({ status: 'value', text: 'Forty-two.' });
    expect(askedBy()).toEqual(['ada']);
    const sent: Message[] = [{ role: 'user', content: told()[0] ?? '' }];
    await slot.stop();
    await provider.stop();

    const transcript = [...answered, ...sent, { role: 'assistant' as const, content: 'Forty-two.' }];
    expect(await carry([sendsBack], (baseUrl) => ({ ...manager(baseUrl), key, transcript }))).toEqual(outcome);
    expect(provider.received).toEqual([]);
  });
});
