import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { says } from '../models/testing/provider.ts';
import { pdf } from '../tools/documents/testing/documents.ts';
import { providerOf, runTurn, workspace } from './testing/slots.ts';
import { agentAt, turnFor } from './testing/turns.ts';

const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

async function put(name: string, bytes: Uint8Array | string) {
  await mkdir(workspace, { recursive: true });
  await writeFile(join(workspace, name), bytes);
}

it('a turn sends attached images as parts and other attachments as texts, and reports images without their bytes', async () => {
  await put('chart.png', PIXEL);
  await put('manual.pdf', pdf(['Page of the manual']));
  await put('notes.txt', Buffer.from('M\xfcnchen', 'latin1'));
  const provider = await providerOf(says('Seen.'));
  const attachments = ['chart.png', 'manual.pdf', 'notes.txt'];
  const { outcome, slot } = await runTurn(turnFor(agentAt(provider.baseUrl), { attachments }));
  expect(outcome).toEqual({ status: 'value', text: 'Seen.' });
  expect(provider.received[0]?.body['messages']).toMatchObject([
    { role: 'system' },
    {
      role: 'user',
      content: [
        {
          type: 'text',
          text: expect.stringMatching(
            /## Attachment manual.pdf\n\n\[page 1\]\nPage of the manual\n\n## Attachment notes.txt\n\nMünchen/,
          ),
        },
        { type: 'text', text: '[image chart.png]' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${PIXEL.toString('base64')}` } },
      ],
    },
  ]);
  const [call] = slot.events('llm.call');
  expect(call).toMatchObject({ images: 1 });
  expect(JSON.stringify(call)).not.toContain(PIXEL.toString('base64'));
});

it.each([
  ['missing.png', null, /no such file/],
  ['../outside.txt', null, /outside the workspace/],
  ['large.txt', Buffer.alloc(5 * 1024 * 1024 + 1, 'a'), /larger than 5 MiB/],
  ['data.bin', Buffer.from([0, 1, 2, 0, 0, 7, 7, 7]), /not text/],
])('a turn with the attachment %s fails before any call', async (name, bytes, reason) => {
  if (bytes) await put(name, bytes);
  const provider = await providerOf(says('Seen.'));
  const { outcome } = await runTurn(turnFor(agentAt(provider.baseUrl), { attachments: [name] }));
  expect(outcome).toMatchObject({ status: 'error', failure: { kind: 'tool', message: expect.stringMatching(reason) } });
  expect(provider.received).toEqual([]);
});

it('a turn fails if its attachments have more than 20 MiB in all', async () => {
  const names = ['1.txt', '2.txt', '3.txt', '4.txt', '5.txt'];
  for (const name of names) await put(name, Buffer.alloc(4.5 * 1024 * 1024, 'a'));
  const provider = await providerOf(says('Seen.'));
  const { outcome } = await runTurn(turnFor(agentAt(provider.baseUrl), { attachments: names }));
  expect(outcome).toMatchObject({ failure: { message: expect.stringContaining('more than 20 MiB in all') } });
});

it('a turn with images fails at once for a model that cannot read them, whether that is known or the server says so', async () => {
  await put('chart.png', PIXEL);
  const refusing = await providerOf((response) =>
    response
      .writeHead(500, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: { message: 'image input is not supported - you may need to provide the mmproj' } })),
  );
  const known = await providerOf(says('Seen.'));
  for (const agent of [
    agentAt(refusing.baseUrl),
    agentAt(known.baseUrl, {}, { provider: 'deepseek', model: 'deepseek-chat' }),
  ]) {
    const { outcome } = await runTurn(turnFor(agent, { attachments: ['chart.png'] }));
    expect(outcome).toMatchObject({
      status: 'error',
      failure: { kind: 'no_images', message: expect.stringContaining('cannot read images') },
    });
  }
  expect(known.received).toEqual([]);
});
