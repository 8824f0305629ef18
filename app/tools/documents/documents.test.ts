import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt } from '../../../scripts/build-parts.mjs';
import { fileReader } from '../file-reader.ts';
import { partsOfFile } from '../file-text.ts';
import type { ToolContext } from '../tool.ts';
import { documentText } from './document-text.ts';
import { extractText } from './extract.ts';
import { pdf, wordDocument, workbook, zip } from './testing/documents.ts';

let workspace: string;
beforeAll(async () => {
  expect(await ensureBuilt(['documents'])).toBe(true);
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'crewlane-documents-')));
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

function read(args: object, memoryMib = 1024) {
  const context: ToolContext = {
    workspace,
    agent: 'ada',
    memoryMib,
    signal: new AbortController().signal,
    idempotencyKey: 'key',
    ask: async () => ({ ok: true, text: '' }),
  };
  return fileReader.call(args, context);
}
const put = (name: string, bytes: Uint8Array | string) => writeFileSync(join(workspace, name), bytes);

describe('file_reader of documents', () => {
  it('reads a PDF page by page, and a range of its pages', async () => {
    put('a.pdf', pdf(['Hello one', 'Second page', 'The third']));
    expect(await read({ path: 'a.pdf' })).toMatchObject({
      ok: true,
      text: '[page 1]\nHello one\n\n[page 2]\nSecond page\n\n[page 3]\nThe third',
      measured: { files: [{ file: 'a.pdf' }] },
    });
    expect((await read({ pdf: 'a.pdf', pages: '2-3' })).text).toBe(
      '[page 2]\nSecond page\n\n[page 3]\nThe third\n\n[pages 2 to 3 of 3]',
    );
    expect((await read({ path: 'a.pdf', pages: 2 })).text).toBe('[page 2]\nSecond page\n\n[pages 2 to 2 of 3]');
    expect(await read({ path: 'a.pdf', pages: '9' })).toMatchObject({ ok: false, text: 'a.pdf has 3 pages.' });
    expect(await read({ path: 'a.pdf', pages: 'two' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('"3-7"'),
    });
  });

  it('reports a PDF without text, a damaged one, and a page that unpacks to more than the slot can hold', async () => {
    put('scan.pdf', pdf(['']));
    expect(await read({ path: 'scan.pdf' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('scanned images'),
    });
    put('broken.pdf', '%PDF-1.4\nall letters');
    expect(await read({ path: 'broken.pdf' })).toMatchObject({
      ok: false,
      text: 'broken.pdf cannot be read: Invalid PDF structure.',
    });
    // 256 MiB of spaces in 256 KiB.
    put('bomb.pdf', pdf([], deflateSync(Buffer.alloc(1 << 28, ' '))));
    const bomb = await read({ path: 'bomb.pdf' }, 512);
    expect(bomb.ok).toBe(false);
    expect(bomb.text).toMatch(/^bomb\.pdf cannot be read: .*(memory|took longer)|^bomb\.pdf has no text/);
  });

  it('reads a Word document with headings, lists and tables', async () => {
    put(
      'a.docx',
      wordDocument(
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Plan</w:t></w:r></w:p><w:p><w:r><w:t>First, Größe.</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>2</w:t></w:r></w:p></w:tc></w:tr></w:tbl>',
      ),
    );
    expect((await read({ path: 'a.docx' })).text).toBe(
      '# Plan\n\nFirst, Größe.\n\n| a | b |\n| --- | --- |\n| 1 | 2 |',
    );
  });

  it('reads a sheet of an Excel workbook as CSV, by name or number', async () => {
    put(
      'a.xlsx',
      workbook({
        Sales: [
          ['month', 'amount'],
          ['2026-01', 10],
          ['a, "b"', 2.5],
        ],
        Größe: [['x'], [1]],
      }),
    );
    expect((await read({ path: 'a.xlsx' })).text).toBe(
      'month,amount\n2026-01,10\n"a, ""b""",2.5\n\n[sheet "Sales"; the sheets are: Sales, Größe]',
    );
    for (const sheet of ['größe', 'Gro\u0308ße', 2])
      expect((await read({ path: 'a.xlsx', sheet })).text).toContain('x\n1');
    expect(await read({ path: 'a.xlsx', sheet: 'Costs' })).toMatchObject({
      ok: false,
      text: 'a.xlsx has no sheet "Costs". Its sheets are: Sales, Größe.',
    });
  });

  it('converts HTML to Markdown in its declared encoding, and reads its source by lines', async () => {
    const html =
      '<html><head><meta charset="iso-8859-1"><title>T</title><style>p{}</style></head>\n<body><script>x()</script><h1>M\xfcnchen</h1><p>One <b>two</b></p></body></html>';
    put('a.html', Buffer.from(html, 'latin1'));
    expect((await read({ path: 'a.html' })).text).toBe(
      '# München\n\nOne **two**\n\n[converted from HTML; give first_line to read its source]',
    );
    expect((await read({ path: 'a.html', first_line: 1, lines: 1 })).text).toContain('<meta charset');
  });

  it('refuses archives that unpack to a huge size, or whose declared sizes are wrong', async () => {
    const huge = {
      name: 'word/document.xml',
      size: 200 * 1024 * 1024,
      data: deflateRawSync(Buffer.alloc(200 * 1024 * 1024, ' ')),
    };
    put('bomb.docx', zip([huge]));
    expect(await read({ path: 'bomb.docx' })).toMatchObject({
      ok: false,
      text: 'bomb.docx cannot be read: it unpacks to more than 128 MiB.',
    });
    put('liar.xlsx', zip([{ ...huge, name: 'xl/workbook.xml', size: 10 }]));
    expect(await read({ path: 'liar.xlsx' })).toMatchObject({
      ok: false,
      text: expect.stringMatching(/^liar\.xlsx cannot be read: its archive is damaged/),
    });
    put('cut.docx', zip([huge]).subarray(0, 2000));
    expect(await read({ path: 'cut.docx' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('its archive is damaged'),
    });
    put('other.xlsx', zip([{ name: 'a.txt', size: 1, data: deflateRawSync(Buffer.from('a')) }]));
    expect(await read({ path: 'other.xlsx' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('other.xlsx cannot be read'),
    });
  });

  it('ends an extraction that takes too long, and one that is cancelled', async () => {
    const request = { kind: 'pdf' as const, path: 'a.pdf', bytes: pdf(['a']), pages: null, sheet: null, text: null };
    const limits = { memoryMib: 1024, signal: new AbortController().signal };
    expect(await extractText(request, { ...limits, maxMs: 0 })).toMatchObject({
      ok: false,
      text: expect.stringContaining('took longer than 0 s'),
    });
    const cancelled = new AbortController();
    const extracting = extractText(request, { ...limits, signal: cancelled.signal });
    cancelled.abort(new Error('stopped'));
    await expect(extracting).rejects.toThrow('stopped');
  });

  it('shows the description of a picture in place of its data', async () => {
    const text = await documentText({
      kind: 'html',
      path: 'a.html',
      bytes: new Uint8Array(),
      pages: null,
      sheet: null,
      text: '<p>a<img src="data:image/png;base64,AAAA" alt="a chart">b</p>',
    });
    expect(text).toMatchObject({ ok: true, text: 'a[image: a chart]b' });
  });
});

describe('partsOfFile', () => {
  const parts = (path: string, bytes: Uint8Array | string) =>
    partsOfFile(path, Buffer.from(bytes), new AbortController().signal);

  it('returns each page of a PDF and each sheet of a workbook with its place', async () => {
    expect(await parts('a.pdf', pdf(['One', '', '[page 1] Three']))).toEqual({
      ok: true,
      parts: [
        { place: 'p. 1', text: 'One' },
        { place: 'p. 3', text: '[page 1] Three' },
      ],
    });
    expect(await parts('a.xlsx', workbook({ A: [['x', 1]], B: [['y']] }))).toEqual({
      ok: true,
      parts: [
        { place: 'sheet A', text: 'x,1' },
        { place: 'sheet B', text: 'y' },
      ],
    });
    expect(await parts('a.html', '<h1>T</h1><p>x')).toEqual({ ok: true, parts: [{ place: '', text: '# T\n\nx' }] });
  });

  it('reports documents without text, damaged documents, and those that unpack to a huge size', async () => {
    expect(await parts('scan.pdf', pdf(['']))).toMatchObject({
      ok: false,
      text: expect.stringContaining('has no text'),
    });
    expect(await parts('a.pdf', '%PDF-1.4 broken')).toMatchObject({ ok: false });
    const data = deflateRawSync(Buffer.alloc(200 * 1024 * 1024, ' '));
    const bomb = zip([{ name: 'xl/workbook.xml', size: 200 * 1024 * 1024, data }]);
    expect(await parts('bomb.xlsx', bomb)).toMatchObject({
      ok: false,
      text: expect.stringContaining('more than 128 MiB'),
    });
  });
});

describe('file_reader of other encodings', () => {
  it.each([
    ['windows-1252', Buffer.from('M\xfcnchen', 'latin1'), 'München'],
    ['utf-16le', Buffer.from('Hello, München.', 'utf16le'), 'Hello, München.'],
    ['utf-16be', Buffer.from('Hello, München.', 'utf16le').swap16(), 'Hello, München.'],
    [
      'windows-1251',
      Buffer.from('cff0e8e2e5f22c20ece8f02120ddf2ee20eaeef0eef2eae8e920f2e5eaf1f22e', 'hex'),
      'Привет, мир! Это короткий текст.',
    ],
    [
      'shift_jis',
      Buffer.from('82b182f182c982bf82cd90a28a45814282b182ea82cd925a82a28365834c8358836782c582b78142', 'hex'),
      'こんにちは世界。これは',
    ],
  ])('detects %s and names it', async (name, bytes, expected) => {
    put('x.txt', bytes);
    const { ok, text } = await read({ path: 'x.txt' });
    expect({ ok, text: text.split('\n')[0]?.slice(0, 9) }).toEqual({ ok: true, text: expected.slice(0, 9) });
    expect(text).toContain(`[decoded as ${name}; it is not UTF-8`);
  });

  it.each(['latin-1', 'ISO-8859-1', 'cp1252', 'windows_1252'])('accepts the encoding %s', async (encoding) => {
    put('x.txt', Buffer.from('M\xfcnchen', 'latin1'));
    expect(await read({ path: 'x.txt', encoding })).toMatchObject({ ok: true, text: 'München' });
  });

  it('reports an encoding that is unknown or does not fit', async () => {
    put('x.txt', Buffer.from('M\xfcnchen', 'latin1'));
    expect(await read({ path: 'x.txt', encoding: 'klingon' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('there is no encoding "klingon"'),
    });
    expect(await read({ path: 'x.txt', encoding: 'utf-8' })).toMatchObject({
      ok: false,
      text: expect.stringContaining('its bytes are not utf-8'),
    });
  });

  it('refuses bytes that are not text', async () => {
    put('x.bin', Buffer.from([0, 1, 2, 3, 0, 0, 7, 9]));
    expect(await read({ path: 'x.bin' })).toMatchObject({ ok: false, text: 'x.bin is not text.' });
  });
});
