import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Window } from 'happy-dom';
import { describe, expect, it } from 'vitest';
import { ROOT } from './root.mjs';

const GUIDES = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', ...pagesIn('docs')];
/** A file or folder of the repository in backticks. A path with capitals or a star is a pattern. */
const PATH = /`((?:shared|app|main|preload|renderer|e2e|chaos|bench|scripts|docs)\/[a-z0-9./-]+)`/g;
const LINK = /\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g;

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((name) => name.endsWith('.md'));
}

function textOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

function matches(pattern: RegExp, text: string): string[] {
  return [...text.matchAll(pattern)].flatMap(([, path]) => path ?? []);
}

describe('Guides', () => {
  it.each(['README.md', 'CONTRIBUTING.md', 'docs/architecture.md'])('%s mentions only files that exist', (page) => {
    const paths = matches(PATH, textOf(page));
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(page === 'README.md' || paths.length > 20).toBe(true);
  });

  it.each(GUIDES)('%s links only to files that exist', (page) => {
    const missing = matches(LINK, textOf(page)).filter((link) => !existsSync(join(ROOT, dirname(page), link)));
    expect(missing).toEqual([]);
  });

  it('guides mention only npm scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json'));
    const named = GUIDES.flatMap((page) => matches(/npm run (?:--silent )?([a-z:0-9]+)/g, textOf(page)));
    expect(named.filter((name) => !Object.hasOwn(scripts, name))).toEqual([]);
  });

  it('Mermaid can read the diagrams of the guides', async () => {
    // Mermaid needs a page when it is loaded.
    const window = new Window();
    Object.assign(globalThis, { window, document: window.document });
    const { default: mermaid } = await import('mermaid');
    const diagrams = GUIDES.flatMap((page) => matches(/```mermaid\n([\s\S]*?)```/g, textOf(page)));
    expect(diagrams.length).toBeGreaterThan(0);
    for (const diagram of diagrams)
      await expect(mermaid.parse(diagram)).resolves.toMatchObject({ diagramType: 'flowchart-v2' });
  });
});
