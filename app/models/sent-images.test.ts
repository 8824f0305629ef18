import { afterEach, expect, it } from 'vitest';
import type { Message } from '../../shared/slot/message.ts';
import { estimatedTokens } from '../../shared/slot/tokens.ts';
import { imageOf } from '../base/read-image.ts';
import { accessTo, ask, newClient, providerOf, stopProviders } from './testing/asking.ts';
import { says } from './testing/provider.ts';

afterEach(async () => {
  newClient();
  await stopProviders();
});

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const image = (name: string) => {
  const read = imageOf(name, PIXEL);
  if (read === null) throw new Error('It is not an image.');
  return read;
};
const url = { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL.toString('base64')}` } };
const call = (id: string) => ({ id, type: 'function' as const, function: { name: 'look', arguments: '{}' } });

async function sent(messages: Message[]): Promise<unknown> {
  const provider = await providerOf(says('Seen.'));
  await ask(accessTo(provider.baseUrl), { messages });
  return provider.received[0]?.body['messages'];
}

it('an image of a user message is sent as a part after the text, with its name', async () => {
  expect(await sent([{ role: 'user', content: 'Look.', images: [image('a.png')] }])).toEqual([
    { role: 'user', content: [{ type: 'text', text: 'Look.' }, { type: 'text', text: '[image a.png]' }, url] },
  ]);
});

it('images of tool answers follow all answers of a turn in one user message, because tools answer with text only', async () => {
  const messages: Message[] = [
    { role: 'user', content: 'Look.' },
    { role: 'assistant', content: null, tool_calls: [call('1'), call('2')] },
    { role: 'tool', tool_call_id: '1', content: 'one', images: [image('one')] },
    { role: 'tool', tool_call_id: '2', content: 'two', images: [image('two')] },
  ];
  expect(await sent(messages)).toEqual([
    ...messages.slice(0, 2),
    { role: 'tool', tool_call_id: '1', content: 'one' },
    { role: 'tool', tool_call_id: '2', content: 'two' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'The images of the tool answers above:' },
        { type: 'text', text: '[image one]' },
        url,
        { type: 'text', text: '[image two]' },
        url,
      ],
    },
  ]);
});

it('an image counts as a fixed number of tokens, not by the length of its data', () => {
  const large = { ...image('a.png'), data: 'A'.repeat(1_000_000) };
  const tokens = estimatedTokens([{ role: 'user', content: 'Look.', images: [large, large] }]);
  expect(tokens).toBeGreaterThan(2000);
  expect(tokens).toBeLessThan(2100);
});

it.each([
  ['a text', Buffer.from('plain text')],
  ['a PDF', Buffer.from('%PDF-1.7')],
  ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
  ['nothing', Buffer.alloc(0)],
])('imageOf returns null for %s', (_what, bytes) => {
  expect(imageOf('a.png', bytes)).toBeNull();
});
