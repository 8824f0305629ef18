import { setImmediate as nextTick } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { AssistantMessage, Message } from '../../shared/slot/message.ts';
import type { AgentLoopInput } from './agent-loop-input.ts';
import { callTools } from './tool-calls.ts';
import type { SlotTool } from './toolbox.ts';

/** Returns what the tools of one answer did, in order, and the messages that the model gets. */
async function carriedOut(...calls: [name: string, path: string][]) {
  const log: string[] = [];
  const tool = (name: string, about: Partial<SlotTool> = {}): SlotTool => ({
    description: { name, description: '', parameters: {} },
    ...about,
    call: async (args) => {
      const { path } = args as { path: string }; // As the calls below give it.
      log.push(`${name} ${path} starts`);
      // Later calls end first, if they can.
      for (let ticks = 10 - Number(path); ticks > 0; ticks -= 1) await nextTick();
      log.push(`${name} ${path} ends`);
      return { ok: true, text: `${name} ${path}` };
    },
  });
  const given = {
    turn: { key: { run: 'run', task: 'task', attempt: 1, turn: null }, transcript: [] },
    port: { signal: new AbortController().signal, event: () => undefined },
    agent: { name: 'ada' },
    tools: [tool('read', { isReadOnly: true }), tool('query', { isReadOnly: true, runsAlone: true }), tool('write')],
  } as unknown as AgentLoopInput; // The part of a conversation that its tool calls need.
  const answer: AssistantMessage = {
    role: 'assistant',
    content: null,
    tool_calls: calls.map(([name, path], index) => {
      return { id: `call-${index}`, type: 'function', function: { name, arguments: JSON.stringify({ path }) } };
    }),
  };
  const messages: Message[] = [answer];
  await callTools(given, answer, messages);
  return { log, answers: messages.slice(1).map(({ content }) => content) };
}

test('calls of one answer that only read run at the same time, and their answers keep the order of the calls', async () => {
  const { log, answers } = await carriedOut(['read', '1'], ['read', '2'], ['read', '3']);
  expect(log.slice(0, 3)).toEqual(['read 1 starts', 'read 2 starts', 'read 3 starts']);
  expect(log.at(-1)).toBe('read 1 ends');
  expect(answers).toEqual(['read 1', 'read 2', 'read 3']);
});

test('a call that changes something waits for the calls before it, and the calls after it wait for it', async () => {
  const { log, answers } = await carriedOut(['read', '1'], ['read', '2'], ['write', '1'], ['read', '3']);
  const place = (entry: string) => log.indexOf(entry);
  expect(place('write 1 starts')).toBeGreaterThan(place('read 1 ends'));
  expect(place('read 3 starts')).toBeGreaterThan(place('write 1 ends'));
  expect(answers).toEqual(['read 1', 'read 2', 'write 1', 'read 3']);
});

test('a tool that uses the state of its process runs alone', async () => {
  const { log } = await carriedOut(['query', '1'], ['read', '2'], ['query', '3'], ['query', '4']);
  expect(log).toEqual(
    log.map((_, index) => log[index - (index % 2)]?.replace('starts', index % 2 ? 'ends' : 'starts')),
  );
});

test('the third identical call of one answer is not made', async () => {
  const { log, answers } = await carriedOut(['read', '1'], ['read', '1'], ['read', '1']);
  expect(log).toHaveLength(4);
  expect(answers.at(-1)).toContain('You have this answer already');
});

test('a third call is made if something may have changed since the first', async () => {
  const { answers } = await carriedOut(['read', '1'], ['read', '1'], ['write', '2'], ['read', '1']);
  expect(answers.at(-1)).toBe('read 1');
});

test('a third call is not made if only other readers were called in between', async () => {
  const { answers } = await carriedOut(['read', '1'], ['query', '2'], ['read', '1'], ['read', '3'], ['read', '1']);
  expect(answers.at(-1)).toContain('You have this answer already');
});
