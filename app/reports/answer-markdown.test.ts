import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { expect, test } from 'vitest';
import { answerMarkdown } from './answer-markdown.ts';

/** Expects that a report around the answer still ends with a rule and a paragraph, and contains no HTML. */
function expectContained(answer: string): void {
  const { children } = fromMarkdown(`# Title\n\n---\n\n${answerMarkdown(answer)}\n\n---\n\nAfter\n`);
  expect(children.slice(-2).map(({ type }) => type)).toEqual(['thematicBreak', 'paragraph']);
  expect(tags(children)).toEqual([]);
}

function tags(nodes: ReturnType<typeof fromMarkdown>['children']): string[] {
  return nodes.flatMap((node) => {
    if ('children' in node) return tags(node.children);
    return node.type === 'html' && !/^<br\s*\/?>$/i.test(node.value) ? [node.value] : [];
  });
}

test.each([
  ['an open fence', 'Here:\n```js\nconst a = 1;'],
  ['an open fence of tildes', '~~~~\ncode\n~~~'],
  ['an open fence in a list', '- one\n  ```\n  code'],
  ['an open fence after a list', '- one\n\n ```\ncode'],
  ['an open fence in a quote', '> ```\n> code'],
  ['a fence that only a longer one closes', '`````\n```\ncode\n```'],
  ['an open comment', 'Text <!-- and'],
  ['a block of open HTML', '<details>\n<summary>More'],
  ['a comment around a fence', '<!--\n```\n-->'],
  ['HTML around a fence', '<pre>\n\n```html\n<b>\n'],
  ['a script', '<script>\n```\n'],
  ['a tag in a heading', '# A <img src=x>'],
  ['a declaration', '<!DOCTYPE html'],
  ['a CDATA section', '<![CDATA[ open'],
  ['a heading underlined at the end', 'Text\n==='],
  ['an open list', '1. one\n   - two'],
  ['a table', '| a | b |\n| - | - |\n| x'],
  ['a definition', '[After]: http://127.0.0.1/'],
  ['an open code span', 'a `` b'],
  ['control characters before a fence', '\u001b[2J```\ncode'],
  ['line breaks of other systems', 'a\r```\rcode'],
])('%s in an answer does not change what follows', (_, answer) => {
  expectContained(answer);
});

test('Random pieces of Markdown and HTML in an answer do not change what follows', () => {
  const piece = fc.constantFrom(
    ...['```', '````', '~~~', '<!--', '-->', '<div>', '</div>', '<pre>', '<script>', '<?', '<!X', '<br>', 'text'],
    ...['- ', '> ', '1. ', '    ', '  ', '\n', '\n\n', '\t', '`', '# ', '[a](', ')', '|', '---', '\\', '&lt;'],
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join('')),
      expectContained,
    ),
    {
      numRuns: 500,
    },
  );
});

test('Complete Markdown is not changed.', () => {
  const text =
    '# Report\n\n- [x] done\n\n| a | b |\n| --- | --- |\n| 1<br>2 | 3 |\n\n```html\n<b>bold</b>\n```\n\nSee <https://example.org>.';
  expect(answerMarkdown(text)).toBe(text);
});

test('HTML outside code is shown as text', () => {
  expect(answerMarkdown('Use `<b>` or <b>this</b>.')).toBe('Use `<b>` or &lt;b>this&lt;/b>.');
});

test('A very long answer with HTML is shown in a fence longer than its own', () => {
  const text = `<div>\n\`\`\`\`\n${'word '.repeat(30_000)}`;
  expect(answerMarkdown(text).split('\n')[0]).toBe('`````');
  expectContained(text);
});
