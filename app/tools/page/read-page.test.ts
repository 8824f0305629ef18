import { describe, expect, test } from 'vitest';
import { readPage } from './read-page.ts';

const URL_OF_PAGE = 'https://site.example/news/today.html';
const PARAGRAPH = 'Charts with bars show when tasks start and when they end, and which tasks wait for others. '.repeat(
  6,
);
const ARTICLE = `<!doctype html><html><head><title>Charts – Site</title><script>var secret = 1;</script></head><body>
  <nav><a href="/">Home</a> <a href="/about">About us</a></nav>
  <article><h1>Charts</h1><p>${PARAGRAPH}</p><h2>Bars</h2><p>See <a href="../more?x=1">more <b>bars</b></a>, <a href="javascript:alert(1)">run</a>. ${PARAGRAPH}</p>
  <ul><li>One</li><li>Two</li></ul>
  <table><tr><th>Tool</th><th>Price | month</th></tr><tr><td>A</td><td>$5</td></tr></table>
  <pre><code>const a = 1;</code></pre><img src="x.png" alt="A chart"></article>
  <footer>Imprint</footer></body></html>`;

test('The article of a page becomes Markdown without navigation, scripts and images.', () => {
  const { title, text } = readPage(ARTICLE, URL_OF_PAGE, 'markdown');
  expect(title).toContain('Charts');
  expect(text).toContain('## Bars');
  expect(text).toContain('[more **bars**](https://site.example/more?x=1)');
  expect(text).toContain('| Tool | Price \\| month |\n| --- | --- |\n| A | $5 |');
  expect(text).toMatch(/- +One\n- +Two/);
  expect(text).toContain('```\nconst a = 1;\n```');
  for (const left of ['Home', 'Imprint', 'secret', 'javascript:', 'x.png']) expect(text).not.toContain(left);
});

test('The text of a page has lines and no marks.', () => {
  const { text } = readPage(ARTICLE, URL_OF_PAGE, 'text');
  expect(text).toContain('\nBars\n');
  expect(text).not.toMatch(/[#[\]*]/);
});

test.each([
  ['<p>Only a few words', 'Only a few words'],
  ['Plain text', 'Plain text'],
  ['<html><body></body></html>', ''],
  ['', ''],
  ['<html><head><title>T</title></head></html>', ''],
  ['<frameset><frame src="a"></frameset>', ''],
])('The page %j is read as it is.', (html, text) => {
  expect(readPage(html, URL_OF_PAGE, 'markdown').text).toBe(text);
});

test('A list of links is kept although it is not an article.', () => {
  const links = Array.from({ length: 40 }, (_, at) => `<li><a href="/${at}">Headline ${at}</a></li>`).join('');
  const { text } = readPage(`<html><body><ul>${links}</ul></body></html>`, URL_OF_PAGE, 'markdown');
  expect(text).toContain('[Headline 39](https://site.example/39)');
});

describe('pages that are made to defeat readers', () => {
  test.each([
    ['deeply nested', `${'<div>'.repeat(200_000)}deep`],
    ['of many elements', '<b>x</b>'.repeat(300_000)],
    ['of many unclosed links', '<a href=x>'.repeat(100_000)],
    ['of nested tables', '<table><tr><td>'.repeat(50_000)],
    ['of one huge attribute', `<p title="${'x'.repeat(4_000_000)}">short</p>`],
    ['of comments', '<!-- -->'.repeat(400_000)],
    ['of unclosed comments', '<!--'.repeat(1_000_000)],
    ['of entities', '&amp;'.repeat(900_000)],
    ['of less-than signs', '<'.repeat(2_000_000)],
    ['of unclosed scripts', '<script>'.repeat(500_000)],
    ['of 30,000 words in bold', `<article><p>${'<b>word</b> more words, and more. '.repeat(18_000)}</p></article>`],
    ['nested to the limit', `${'<div>'.repeat(450)}<p>${'Words, words. '.repeat(5000)}</p>`],
    ['of 19,000 nested elements', `${'<div>'.repeat(19_000)}deep`],
    ['of blanks', `<p>a${' '.repeat(4_000_000)}b</p>`],
    ['of line breaks', `a${'\n'.repeat(2_000_000)}b${'<br>'.repeat(9000)}c`],
  ])('A page %s is read in time.', { timeout: 20_000 }, (_name, html) => {
    expect(typeof readPage(html, URL_OF_PAGE, 'markdown').text).toBe('string');
  });
});
