import { parseAst } from 'vite';

/** @typedef {{ start: number, end: number }} Range */

const TEXT_NODES = new Set(['Literal', 'TemplateElement', 'JSXText']);

/**
 * Replaces everything in a source or markdown file that is not prose by spaces, so that offsets stay the same. Prose
 * is, in code: comments, strings with several words and the text of elements; in markdown: everything but code.
 * @param {string} file its name determines the language @param {string} text @returns {string}
 */
export function proseOf(file, text) {
  if (file.endsWith('.md')) return withoutCode(text.replaceAll(/```[\s\S]*?```/g, blank));
  if (file.endsWith('.yml')) return text;
  const texts = textRanges(text, file.endsWith('.tsx') ? 'tsx' : 'ts');
  const ranges = [...texts.filter((range) => isProse(text, range)), ...commentRanges(text, texts)];
  ranges.sort((one, other) => one.start - other.start);
  let prose = '';
  for (const { start, end } of ranges) prose += blank(text.slice(prose.length, start)) + text.slice(start, end);
  return withoutCode(prose + blank(text.slice(prose.length)));
}

/** @param {string} text */
function blank(text) {
  return text.replaceAll(/[^\n]/g, ' ');
}

/** Names in backticks are quoted. @param {string} text */
function withoutCode(text) {
  return text.replaceAll(/`[^`\n]*`/g, blank);
}

/** A string of one word is a name. @param {string} text @param {Range} range */
function isProse(text, { start, end }) {
  return /\s/.test(text.slice(start, end).trim());
}

/** The strings, regular expressions and texts of elements. @param {string} text @param {'ts' | 'tsx'} lang */
function textRanges(text, lang) {
  /** @type {Range[]} */
  const found = [];
  visit(parseAst(text.replace(/^#!.*/, blank), { lang }), found);
  return found.sort((one, other) => one.start - other.start);
}

/** @param {unknown} node @param {Range[]} found */
function visit(node, found) {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && 'start' in node && 'end' in node && TEXT_NODES.has(String(node.type)))
    found.push({ start: Number(node.start), end: Number(node.end) });
  for (const child of Object.values(node)) visit(child, found);
}

/** The comments. A comment cannot start inside a text. @param {string} text @param {readonly Range[]} texts in order */
function commentRanges(text, texts) {
  /** @type {Range[]} */
  const found = [];
  const comment = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  for (let at = 0, match = comment.exec(text); match !== null; match = comment.exec(text)) {
    while ((texts[at]?.end ?? Number.POSITIVE_INFINITY) <= match.index) at++;
    const inside = texts[at];
    if (inside !== undefined && inside.start <= match.index) comment.lastIndex = inside.end;
    else found.push({ start: match.index, end: match.index + match[0].length });
  }
  return found;
}
