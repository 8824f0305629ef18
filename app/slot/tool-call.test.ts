import { expect, test } from 'vitest';
import type { AssistantMessage, Message } from '../../shared/slot/message.ts';
import type { TurnKey } from '../../shared/slot/turn-key.ts';
import type { AgentLoopInput } from './agent-loop-input.ts';
import { callTool } from './tool-call.ts';

type Call = NonNullable<AssistantMessage['tool_calls']>[number];

const toolCall = (id: string, args: string, name = 'writer'): Call => {
  return { id, type: 'function', function: { name, arguments: args } };
};

/** Returns the idempotency keys that the tools of a conversation receive, in the order of its calls. */
async function keysOf(calls: readonly Call[], key: Partial<TurnKey> = {}, delegation?: string): Promise<string[]> {
  const keys: string[] = [];
  const tool = (name: string) => ({
    description: { name, description: '', parameters: {} },
    call: async (_args: unknown, idempotencyKey: string) => {
      keys.push(idempotencyKey);
      return { ok: true, text: 'Done.' };
    },
  });
  const given = {
    turn: {
      key: { run: 'run-1', task: 'write', attempt: 1, turn: null, ...key },
      transcript: [],
      nested_conversations: {},
    },
    port: { signal: new AbortController().signal, event: () => undefined },
    agent: { name: 'ada' },
    tools: [tool('writer'), tool('mailer')],
    ...(delegation === undefined ? {} : { delegation }),
  } as unknown as AgentLoopInput; // The part of a conversation that a tool call needs.
  const messages: Message[] = calls.map((call) => ({ role: 'assistant', content: null, tool_calls: [call] }));
  for (const call of calls) await callTool(given, call, messages);
  return keys;
}

test('a tool receives the same key for the same call in every attempt, regardless of the notation of its arguments', async () => {
  const [first] = await keysOf([toolCall('a', '{"path":"x","deep":{"b":1,"a":[1,2]}}')]);
  const [again] = await keysOf([toolCall('z', '{ "deep": {"a": [1, 2], "b": 1}, "path": "x" }')], { attempt: 3 });
  expect(again).toBe(first);
});

test('a call with other arguments, or by another tool, task, run, turn or coworker, or a repeated call, has another key', async () => {
  const same = '{"path":"x"}';
  const keys = [
    ...(await keysOf([
      toolCall('a', same),
      toolCall('b', same),
      toolCall('c', '{"path":"y"}'),
      toolCall('d', same, 'mailer'),
    ])),
    ...(await keysOf([toolCall('a', same)], { task: 'other' })),
    ...(await keysOf([toolCall('a', same)], { run: 'run-2' })),
    ...(await keysOf([toolCall('a', same)], { turn: 'propose:ada' })),
    ...(await keysOf([toolCall('a', same)], {}, 'delegation-1')),
  ];
  expect(new Set(keys).size).toBe(keys.length);
});

test('a tool is told which calls an earlier attempt received, whatever their ids', async () => {
  const [earlier, later] = [toolCall('a', '{}'), toolCall('a', '{"path":"x"}')];
  const message = (call: Call): Message => ({ role: 'assistant', content: null, tool_calls: [call] });
  const again: boolean[] = [];
  const tool = {
    description: { name: 'writer', description: '', parameters: {} },
    call: async (_args: unknown, _key: string, isAgain: boolean) => {
      again.push(isAgain);
      return { ok: true, text: 'Done.' };
    },
  };
  const key = { run: 'run-1', task: 'write', attempt: 2, turn: null };
  const given = {
    turn: { key, transcript: [message(earlier)], nested_conversations: {} },
    port: { signal: new AbortController().signal, event: () => undefined },
    agent: { name: 'ada' },
    tools: [tool],
  } as unknown as AgentLoopInput; // The part of a conversation that a tool call needs.
  for (const call of [earlier, later]) await callTool(given, call, [message(earlier), message(later)]);
  expect(again).toEqual([true, false]);
});
