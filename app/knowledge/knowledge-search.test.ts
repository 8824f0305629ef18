import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crewSchema } from '../../shared/crew/schema.ts';
import type { ServerReport } from '../base/main-tools.ts';
import { KnowledgeFiles } from './knowledge-files.ts';
import { KnowledgeSearch } from './knowledge-search.ts';
import type { Embedder, EmbedResult } from './meaning-index.ts';
import type { ReadParts } from './read-pieces.ts';
import { StoredFiles } from './stored-files.ts';

let root: string;
let reads: string[];
let events: Parameters<ServerReport>[0][];
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'crewlane-knowledge-')));
  mkdirSync(join(root, 'crew'));
  reads = [];
  events = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(files: Record<string, string>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, 'crew', name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, content);
  }
}

const readText: ReadParts = async (path, bytes) => {
  reads.push(path);
  const text = Buffer.from(bytes).toString();
  return text === 'broken'
    ? { ok: false, text: `${path} cannot be read: it is broken.` }
    : { ok: true, parts: [{ place: '', text }] };
};

function search(knowledge: object[], embedder: Embedder | null = null, settings: object = {}): KnowledgeSearch {
  const agents = ['ada', 'bob'].map((name) => ({ name, role: 'r', goal: 'g' }));
  const crew = crewSchema.parse({ format: 'crewlane/1', name: 'crew', agents, knowledge, settings });
  const files = new KnowledgeFiles(join(root, 'crew'), crew);
  const stored = new StoredFiles(join(root, 'data'));
  return new KnowledgeSearch({ files, read: readText, stored, embedder }, (event) => events.push(event));
}

const PUMP = '# Pump\n\nClose the valve before you stop the pump.\n\n# Fan\n\nThe fan cools the motor.';

/** Embeds a text as the number of its words about animals and about machines. */
function animalsAndMachines(failAt = Infinity): Embedder & { texts: string[] } {
  const texts: string[] = [];
  const count = (text: string, words: RegExp) => text.match(words)?.length ?? 0;
  const embed = async (given: readonly string[]): Promise<EmbedResult> => {
    texts.push(...given);
    if (texts.length > failAt) return { ok: false, reason: 'No response from the server.' };
    const vectors = given.map((text) => [count(text, /cat|kitten|pet/gi), count(text, /pump|valve/gi), 0.01]);
    return { ok: true, vectors, tokens: given.length };
  };
  return { id: ['test', 'url', 'model'], name: 'test/model', embed, texts };
}

describe('The knowledge of a crew', () => {
  it('answers with the best passages and their sources, and reports its files once', async () => {
    put({ 'manuals/pump.md': PUMP, 'notes.txt': 'The cat sleeps.' });
    const knowledge = search([{ path: 'manuals/**' }, { path: 'notes.txt' }]);
    const [found] = await Promise.all([
      knowledge.find('ada', 'How do I stop the pump?', 1),
      knowledge.find('ada', 'cat', 1),
    ]);
    expect(found).toEqual({
      ok: true,
      text: '[manuals/pump.md, Pump] Close the valve before you stop the pump.',
      passages: [
        {
          source: 'manuals/pump.md, Pump',
          file: 'manuals/pump.md',
          text: 'Close the valve before you stop the pump.',
        },
      ],
    });
    expect(events).toEqual([
      expect.objectContaining({
        type: 'knowledge.indexed',
        pieces: 3,
        files: [
          { file: 'manuals/pump.md', sha256: expect.any(String), pieces: 2 },
          { file: 'notes.txt', sha256: expect.any(String), pieces: 1 },
        ],
      }),
    ]);
  });

  it('shows an agent only the files that it knows', async () => {
    put({ 'a.md': 'The pump is red.', 'b.md': 'The pump is blue.' });
    const knowledge = search([{ path: 'a.md', agents: ['ada'] }, { path: 'b.md' }]);
    const of = async (agent: string) =>
      (await knowledge.find(agent, 'pump', 20)).passages?.map(({ file }) => file).sort();
    expect(await of('ada')).toEqual(['a.md', 'b.md']);
    expect(await of('bob')).toEqual(['b.md']);
    expect(await search([{ path: 'a.md', agents: ['ada'] }]).find('bob', 'pump', 5)).toMatchObject({ ok: false });
  });

  it('reads no link, no hidden file, no file of the workspace, and nothing outside its folder', async () => {
    put({ 'k/a.md': 'inside', 'k/.secret.md': 'hidden', 'k/.git/b.md': 'hidden', 'workspace/c.md': 'written' });
    writeFileSync(join(root, 'outside.md'), 'outside');
    symlinkSync(join(root, 'outside.md'), join(root, 'crew', 'k', 'link.md'));
    symlinkSync(root, join(root, 'crew', 'k', 'folder'));
    await search([{ path: '**' }]).find('ada', 'anything', 5);
    expect(reads).toEqual(['k/a.md']);
    const files = new KnowledgeFiles(
      join(root, 'crew'),
      crewSchema.parse({ format: 'crewlane/1', name: 'crew', knowledge: [{ path: 'k' }] }),
    );
    expect(await files.read('k/link.md')).toBe('is reached through a link');
    expect(await files.read('k/folder/outside.md')).toBe('is reached through a link');
    expect(await files.read('k')).toBe('is not a file');
  });

  it('leaves out what cannot be used, and reports each file with the reason', async () => {
    put({ 'a.md': 'The pump.', 'b.md': 'broken', 'c.md': '  \n' });
    const found = await search([{ path: '*.md' }, { path: 'missing/*.pdf' }]).find('ada', 'pump', 5);
    expect(found.passages).toHaveLength(1);
    expect(events[0]).toMatchObject({
      files: [{ file: 'a.md' }],
      left_out: [
        { file: 'missing/*.pdf', why: 'matches no file' },
        { file: 'b.md', why: 'cannot be read: it is broken' },
        { file: 'c.md', why: 'has no text' },
      ],
    });
  });

  it('reads a file again only after its content changed', async () => {
    put({ 'a.md': PUMP });
    await search([{ path: 'a.md' }]).find('ada', 'pump', 1);
    await search([{ path: 'a.md' }]).find('ada', 'pump', 1);
    expect(reads).toEqual(['a.md']);
    put({ 'a.md': 'The pump is new.' });
    expect((await search([{ path: 'a.md' }]).find('ada', 'pump', 1)).text).toBe('[a.md] The pump is new.');
    expect(reads).toEqual(['a.md', 'a.md']);
  });

  it('works with damaged stored files as without any', async () => {
    put({ 'a.md': PUMP });
    await search([{ path: 'a.md' }], animalsAndMachines()).find('ada', 'pump', 1);
    for (const name of readdirSync(join(root, 'data'))) writeFileSync(join(root, 'data', name), '{"half');
    const again = await search([{ path: 'a.md' }], animalsAndMachines()).find('ada', 'pump', 1);
    expect(again.text).toContain('Close the valve');
  });

  it('finds by meaning too, and embeds each piece once', async () => {
    put({ 'a.md': '# Animals\n\nKitten care.\n\n# Machines\n\nValve care.' });
    const first = animalsAndMachines();
    expect((await search([{ path: 'a.md' }], first).find('ada', 'Which pet?', 1)).text).toContain('Kitten');
    expect(first.texts).toEqual(['Animals\nKitten care.', 'Machines\nValve care.', 'Which pet?']);
    expect(events[0]).toMatchObject({ embeddings: { model: 'test/model', tokens: 2 } });
    const second = animalsAndMachines();
    expect((await search([{ path: 'a.md' }], second).find('ada', 'pump', 1)).text).toContain('Valve');
    expect(second.texts).toEqual(['pump']);
  });

  it.each([
    ['pieces', 0, 1],
    ['queries', 2, 2],
  ])('uses words only if %s cannot be embedded, and reports it once', async (_, failAt, reports) => {
    put({ 'a.md': PUMP });
    const embedder = animalsAndMachines(failAt);
    const knowledge = search([{ path: 'a.md' }], embedder);
    expect((await knowledge.find('ada', 'valve', 1)).text).toContain('Close the valve');
    expect((await knowledge.find('ada', 'motor', 1)).text).toContain('cools the motor');
    expect(events).toHaveLength(reports);
    expect(events.at(-1)).toMatchObject({ failure: 'No response from the server.' });
    expect(embedder.texts.length).toBeLessThan(4);
  });
});
