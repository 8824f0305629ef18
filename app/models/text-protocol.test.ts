import { afterEach, expect, it } from 'vitest';
import type { Message } from '../../shared/slot/message.ts';
import { accessTo, ask, newClient, providerOf, stopProviders } from './testing/asking.ts';
import { callsTools, type Reply, refusal, says } from './testing/provider.ts';

afterEach(async () => {
  newClient();
  await stopProviders();
});

const TOOL = {
  name: 'look',
  description: 'Looks at a file.',
  parameters: { type: 'object', properties: { path: {} } },
};
const CALL = '<tool_call>\n{"name": "look", "arguments": {"path": "a"}}\n</tool_call>';
const WITHOUT_TOOLS: Reply = (response, received) =>
  ('tools' in received.body ? refusal(400, 'gemma:2b does not support tools') : says(CALL))(response, received);
const MESSAGES: Message[] = [
  { role: 'system', content: 'You are Ada.' },
  { role: 'user', content: 'Look.' },
];
const CALLED: Message[] = [
  ...MESSAGES,
  {
    role: 'assistant',
    content: null,
    tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"path": "a"}' } }],
  },
  { role: 'tool', tool_call_id: 'c1', content: 'It says hello.' },
  { role: 'user', content: 'Answer now.' },
];

it('a model without tools gets them as text, its calls are read, and it is not offered tools again', async () => {
  const provider = await providerOf(WITHOUT_TOOLS);
  const access = accessTo(provider.baseUrl);
  const first = await ask(access, { messages: MESSAGES, tools: [TOOL] });
  expect(first).toMatchObject({
    status: 'answered',
    protocol: 'text',
    message: { content: null, tool_calls: [{ function: { name: 'look', arguments: '{"path":"a"}' } }] },
  });
  await ask(access, { messages: CALLED, tools: [TOOL] });
  expect(provider.received.map(({ body }) => 'tools' in body)).toEqual([true, false, false]);
  expect(provider.received[2]?.body['messages']).toEqual([
    { role: 'system', content: expect.stringContaining('### look\n\nLooks at a file.') },
    { role: 'user', content: 'Look.' },
    { role: 'assistant', content: CALL },
    { role: 'user', content: '<tool_response name="look">\nIt says hello.\n</tool_response>\n\nAnswer now.' },
  ]);
});

it('the crew can choose the protocol', async () => {
  const provider = await providerOf(WITHOUT_TOOLS);
  const native = await ask(accessTo(provider.baseUrl, { tool_protocol: 'native' }), { tools: [TOOL] });
  expect(native).toMatchObject({ failure: { kind: 'no_tools' }, protocol: 'native' });
  const text = await ask(accessTo(provider.baseUrl, { tool_protocol: 'text' }), { tools: [TOOL] });
  expect(text).toMatchObject({ status: 'answered', protocol: 'text' });
  expect(provider.received).toHaveLength(2);
});

it('a call that a model with tools writes into its text is a call, unless the text is a usable answer', async () => {
  const access = accessTo((await providerOf(says('{"name": "look", "arguments": {"path": "a"}}'))).baseUrl);
  expect(await ask(access, { tools: [TOOL] })).toMatchObject({
    message: { tool_calls: [{ function: { name: 'look' } }] },
  });
  const answered = await ask(access, { tools: [TOOL], isAnswer: () => true });
  expect(answered).toMatchObject({ message: { content: expect.stringContaining('look') } });
});

it('the calls of a model with tools stay as they are', async () => {
  const access = accessTo((await providerOf(callsTools(['look', {}]))).baseUrl);
  expect(await ask(access, { tools: [TOOL] })).toMatchObject({
    protocol: 'native',
    message: { tool_calls: [{ id: 'call-0' }] },
  });
});
