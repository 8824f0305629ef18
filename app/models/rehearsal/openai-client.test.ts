import OpenAI, { APIError } from 'openai';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { REHEARSAL_MODEL } from '../../../shared/crew/providers.ts';
import { type Rehearsal, startRehearsal } from './server.ts';

// A client that this project did not write.

let rehearsal: Rehearsal;
let client: OpenAI;
beforeAll(async () => {
  rehearsal = await startRehearsal({ seed: 1, speed: 1000 });
  client = new OpenAI({ baseURL: rehearsal.baseUrl, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => rehearsal.close());

const READ = {
  type: 'function' as const,
  function: {
    name: 'file_reader',
    description: 'Reads a file.',
    parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  },
};
const MESSAGES = [
  { role: 'system' as const, content: 'You are ada: Writer.' },
  { role: 'user' as const, content: '# Task: draft\n\nSummarize notes.txt.\n\n## Expected output\n\nA summary' },
];

it('the models of the rehearsal are listed', async () => {
  const ids: string[] = [];
  for await (const { id } of client.models.list()) ids.push(id);
  expect(ids).toEqual([REHEARSAL_MODEL]);
});

it('the helper of the package assembles a streamed answer with its usage', async () => {
  const stream = client.chat.completions.stream({
    model: REHEARSAL_MODEL,
    messages: MESSAGES,
    stream_options: { include_usage: true },
  });
  const completion = await stream.finalChatCompletion();
  expect(completion.choices).toMatchObject([{ finish_reason: 'stop', message: { role: 'assistant' } }]);
  expect(completion.choices[0]?.message.content).not.toBe('');
  expect(completion.usage?.total_tokens).toBe(
    (completion.usage?.prompt_tokens ?? 0) + (completion.usage?.completion_tokens ?? 0),
  );
});

it('the helper of the package assembles tool calls, and the conversation continues with their answers', async () => {
  const first = await client.chat.completions
    .stream({ model: REHEARSAL_MODEL, messages: MESSAGES, tools: [READ] })
    .finalMessage();
  const calls = first.tool_calls ?? [];
  expect(calls.length).toBeGreaterThan(0);
  for (const call of calls) {
    if (call.type !== 'function') throw new Error('The rehearsal calls functions only.');
    expect(JSON.parse(call.function.arguments)).toBeTypeOf('object');
  }
  const answers = calls.map(({ id }) => ({ role: 'tool' as const, tool_call_id: id, content: 'Bees made 42 jars.' }));
  const last = await client.chat.completions
    .stream({ model: REHEARSAL_MODEL, messages: [...MESSAGES, first, ...answers] })
    .finalMessage();
  expect(last.content).not.toBe('');
});

it('a wrong request is an error of the package', async () => {
  const wrong = client.chat.completions.create({
    model: REHEARSAL_MODEL,
    messages: [],
    stream: true,
    tools: 1 as never,
  });
  await expect(wrong).rejects.toBeInstanceOf(APIError);
  await expect(client.embeddings.create({ model: 'm', input: 'x' })).rejects.toMatchObject({ status: 404 });
});
