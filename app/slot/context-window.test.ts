import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Message } from '../../shared/slot/message.ts';
import {
  callsTools,
  finish,
  type Received,
  type Reply,
  refusal,
  says,
  stream,
  type TestProvider,
  text,
} from '../models/testing/provider.ts';
import { providerOf, runTurn, workspace } from './testing/slots.ts';
import { agentAt, turnFor } from './testing/turns.ts';

const READS = callsTools(['file_reader', { path: 'big.txt' }]);
const LINE = 'Line with words 0123456789.\n';

function messagesOf({ body }: Received): Message[] {
  return body.messages as Message[]; // As the slot sends them.
}

function messagesAt({ received }: TestProvider, index: number): Message[] {
  const found = received.at(index);
  return found ? messagesOf(found) : [];
}

function sizeOf(messages: readonly Message[]): number {
  return messages.reduce((total, { content }) => total + (content?.length ?? 0), 0);
}

/** Refuses conversations of more characters, and gives the reply to others. */
function upTo(characters: number, message: string, reply: Reply): Reply {
  return (response, received) =>
    (sizeOf(messagesOf(received)) > characters ? refusal(400, message) : reply)(response, received);
}

async function writeBig(): Promise<void> {
  await writeFile(join(workspace, 'big.txt'), LINE.repeat(20_000));
}

describe('a conversation that exceeds the context window', () => {
  it('a conversation that a model refused as too long is sent again with shorter tool answers, and the event has the number of characters left out', async () => {
    await writeBig();
    const tooLong = 'the request exceeds the available context size, try increasing it';
    const reply = upTo(6000, tooLong, says('Read.'));
    const provider = await providerOf(READS, reply);
    const agent = agentAt(provider.baseUrl, { tools: ['file_reader'] });
    const { outcome, slot } = await runTurn(turnFor(agent));
    expect(outcome).toEqual({ status: 'value', text: 'Read.' });
    const sizes = provider.received.map((received) => sizeOf(messagesOf(received)));
    expect(sizes.slice(2).every((size, index) => size < (sizes[index + 1] ?? 0))).toBe(true);
    const sent = messagesAt(provider, -1).at(-1);
    const [, removed] = /shortened to fit the model: (\d+) characters left out/.exec(sent?.content ?? '') ?? [];
    expect(sent?.content).toContain(LINE);
    const calls = slot.events('llm.call');
    expect(Number(removed)).toBeGreaterThan(50_000);
    expect(calls.at(-1)?.shortened).toBe(Number(removed));
    expect(slot.requested('limiter.acquire')).toHaveLength(calls.length);
    expect(slot.events('tool.call')[0]?.answer).not.toContain('shortened to fit the model');
  });

  it('a conversation is shortened to the window that the refusal names, the longest results first', async () => {
    const message = "This model's maximum context length is 1000 tokens. However, you sent 5000 tokens.";
    const provider = await providerOf(upTo(3000, message, says('Fits.')));
    const short = 'A short result.';
    const long = LINE.repeat(700);
    const head = '# Task: report\n\n## Result of the task a\n\n';
    const prompt = `${head}${short}\n\n## Result of the task b\n\n${long}\n\n## Last words`;
    const start = prompt.indexOf(long);
    const { outcome } = await runTurn(
      turnFor(agentAt(provider.baseUrl), {
        prompt,
        quoted: [
          [head.length, head.length + short.length],
          [start, start + long.length],
        ],
      }),
    );
    expect(outcome).toEqual({ status: 'value', text: 'Fits.' });
    expect(provider.received).toHaveLength(2);
    const sent = messagesAt(provider, 1)[1]?.content ?? '';
    expect(sent.startsWith(`${head}${short}\n\n## Result of the task b\n\n${LINE}`)).toBe(true);
    expect(sent).toMatch(/\[… shortened to fit the model: \d+ characters left out …\]\n\n## Last words$/);
  });

  it('a call that is too long fails with advice after a limited number of refusals, and at once if nothing can be shortened', async () => {
    await writeBig();
    const never = refusal(400, 'prompt is too long: 210000 tokens > 200000 maximum');
    const provider = await providerOf(READS, never);
    const { outcome } = await runTurn(turnFor(agentAt(provider.baseUrl, { tools: ['file_reader'] })));
    expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'context_window' } });
    expect(JSON.stringify(outcome)).toContain('settings.context_window');
    expect(provider.received.length).toBeLessThanOrEqual(6);

    const other = await providerOf(never);
    await runTurn(turnFor(agentAt(other.baseUrl), { prompt: LINE.repeat(1000) }));
    expect(other.received).toHaveLength(1);
  });

  it('a call that is too long is recognized by an error in the middle of a stream', async () => {
    await writeBig();
    const broken = stream({ error: { message: 'context length exceeded', code: 'context_length_exceeded' } });
    const provider = await providerOf(READS, broken, says('Read.'));
    const { outcome } = await runTurn(turnFor(agentAt(provider.baseUrl, { tools: ['file_reader'] })));
    expect(outcome).toEqual({ status: 'value', text: 'Read.' });
  });

  it('a conversation is shortened before the first call if the window is known', async () => {
    await writeBig();
    const provider = await providerOf(READS, says('Read.'));
    const agent = agentAt(provider.baseUrl, { tools: ['file_reader'] }, { context_window: 4000 });
    const { slot } = await runTurn(turnFor(agent));
    expect(provider.received).toHaveLength(2);
    expect(sizeOf(messagesAt(provider, 1))).toBeLessThanOrEqual(4000 * 3);
    expect(sizeOf(messagesAt(provider, 1))).toBeGreaterThan(4000);
    expect(slot.events('llm.call').map((call) => call.shortened !== undefined)).toEqual([false, true]);
  });

  it('several long tool answers are shortened to one common length', async () => {
    await writeBig();
    const small = callsTools(['file_reader', { path: 'missing.txt' }]);
    const provider = await providerOf(READS, small, callsTools(['file_reader', { path: './big.txt' }]), says('Read.'));
    const agent = agentAt(provider.baseUrl, { tools: ['file_reader'] }, { context_window: 4000 });
    await runTurn(turnFor(agent));
    const answers = messagesAt(provider, 3).flatMap((m) => (m.role === 'tool' ? [m.content.length] : []));
    expect(answers).toHaveLength(3);
    expect(answers[0]).toBe(answers[2]);
    expect(answers[1]).toBeLessThan(answers[0] ?? 0);
  });
});

describe('a server that cuts a long prompt without an error', () => {
  const counts = (prompt_tokens: number) =>
    stream(text('Well.'), finish('stop'), { choices: [], usage: { prompt_tokens, completion_tokens: 2 } });

  it.each([
    ['counted far fewer tokens than were sent', LINE.repeat(1500), 4096, true],
    ['counted about as many as were sent', LINE.repeat(1500), 9000, false],
    ['got a short prompt', LINE, 3, false],
    ['does not count', LINE.repeat(1500), 0, false],
    ['got long runs of one character', `${LINE}${'-'.repeat(40_000)}`, 700, false],
  ])(
    'a server that cuts a long prompt without an error is reported if it %s',
    async (_, prompt, counted, isReported) => {
      const provider = await providerOf(counts(counted));
      const { slot } = await runTurn(turnFor(agentAt(provider.baseUrl), { prompt }));
      expect(slot.events('llm.call')[0]?.uncounted_tokens !== undefined).toBe(isReported);
    },
  );
});
