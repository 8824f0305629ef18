import { describe, expect, it } from 'vitest';
import { COMMAND_PARTS, ensureBuilt } from '../../scripts/build-parts.mjs';
import { pdf } from './documents/testing/documents.ts';
import { webFetch } from './web-fetch.ts';

/** Reads a page that the process of the engine has fetched. */
async function read(page: { type: string; bytes: Buffer }, more: object = {}) {
  await ensureBuilt(COMMAND_PARTS);
  const { bytes, type } = page;
  const body = { encoding: 'base64' as const, base64: bytes.toString('base64') };
  return webFetch.call(
    { url: 'https://example.com/report.pdf', ...more },
    {
      workspace: '/none',
      agent: 'ada',
      signal: new AbortController().signal,
      idempotencyKey: 'k',
      ask: async () => ({
        ok: true,
        text: '',
        page: { url: 'https://example.com/report.pdf', type, body, bytes: bytes.length },
      }),
    },
  );
}

describe('web_fetch of a document', () => {
  it('The text of a PDF is read page by page, and passages of it are found.', async () => {
    const page = { type: 'application/pdf', bytes: pdf(['Prices rose in May.', 'They fell in June.']) };
    const { ok, text } = await read(page);
    expect(ok).toBe(true);
    expect(text).toContain('Source: https://example.com/report.pdf');
    expect(text).toMatch(/\[page 1\]\s+Prices rose in May\.[\s\S]*\[page 2\]\s+They fell in June\./);
    expect((await read(page, { find: 'June' })).text).toContain('They fell in June.');
  });

  it('A damaged PDF and other content are answered with the reason.', async () => {
    const broken = await read({ type: 'application/pdf', bytes: Buffer.from('%PDF-1.7\nbroken') });
    expect(broken).toMatchObject({ ok: false, text: expect.stringContaining('report.pdf cannot be read') });
    const image = await read({ type: 'image/png', bytes: Buffer.from([137, 80, 78, 71, 0, 0]) });
    expect(image).toMatchObject({ ok: false, text: expect.stringContaining('which is not text') });
  });
});
