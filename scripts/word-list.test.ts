import { describe, expect, it } from 'vitest';
import { findPhrases } from './word-list.mjs';

async function found(file: string, text: string): Promise<string[]> {
  return (await findPhrases(file, text)).map((find) => `${find.line} ${find.found}`);
}

describe('The word list', () => {
  it('the word list finds phrases in comments, strings, templates and elements', async () => {
    const source = [
      "const a = 'the run goes on';",
      '/** Asked anew. */',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: source text of the test
      'const b = `${a} is no file`;',
      'const c = <p>The colour of it</p>; // told of it',
    ].join('\n');
    expect((await found('a.tsx', source)).sort()).toEqual(['1 goes on', '2 anew', '3 is no', '4 colour', '4 told of']);
  });

  it('the word list finds a phrase that a comment breaks into two lines', async () => {
    expect(await found('a.ts', '/**\n * The run goes\n * on.\n */\nexport {};')).toEqual(['2 goes on']);
  });

  it('the word list ignores names, quoted names, code blocks and standard phrases', async () => {
    const source = [
      'const anew = { anew: 1 };',
      "const key = 'anew';",
      '/** The field `anew`. There is no file, and it is no longer used. */',
      'const made = up;',
      "const url = 'https://a.b/c // no comment';",
    ].join('\n');
    expect(await found('a.ts', source)).toEqual([]);
    expect(await found('a.md', 'Use `anew`.\n\n```ts\nconst grey = 1;\n```\n')).toEqual([]);
  });

  it('the word list reports the line of a phrase in markdown', async () => {
    expect(await found('a.md', '# Title\n\nIt stands in the file.\n')).toEqual(['3 stands in']);
  });
});
