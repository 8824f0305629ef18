import { fromMarkdown } from 'mdast-util-from-markdown';
import { printable } from '../../shared/printable.ts';

/** Longer answers that need parsing are shown in a code fence, because parsing them takes long. */
const PARSED_CHARACTERS = 100_000;
/** Maximum number of passes. Escaping HTML or closing a fence can require another pass. */
const PASSES = 5;
const LINE_BREAK_TAG = /^<br\s*\/?>$/i;
const RISKY = /<|`{3}|~{3}/;
const AFTER = '\n\n---';

type Nodes = ReturnType<typeof fromMarkdown>['children'];

/**
 * Converts a model's answer to a block of a report that cannot affect the rest of the report: HTML is shown as text,
 * and an open code fence is closed. Headings, lists, tables and links stay Markdown.
 */
export function answerMarkdown(answer: string): string {
  const text = printable(answer).trim();
  return withPlainFences(text) ?? (text.length > PARSED_CHARACTERS ? fenced(text) : parsed(text));
}

/** Handles most answers: fences that begin at the first column, and no HTML outside them. Null for all others. */
function withPlainFences(text: string): string | null {
  let open: string | null = null;
  for (const line of text.split('\n')) {
    if (open !== null) {
      const [mark = ''] = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line)?.slice(1) ?? [];
      if (mark.startsWith(open)) open = null;
      continue;
    }
    const [mark] = /^(`{3,}(?=[^`]*$)|~{3,})/.exec(line) ?? [];
    if (mark !== undefined) open = mark;
    else if (RISKY.test(line)) return null;
  }
  return open === null ? text : `${text}\n${open}`;
}

function parsed(answer: string): string {
  let text = answer;
  for (let pass = 0; pass < PASSES; pass += 1) {
    const { children } = fromMarkdown(text + AFTER);
    const spans = htmlSpans(children, text);
    const last = children.at(-1);
    if (spans.length > 0) text = withHtmlAsText(text, spans);
    else if (last?.type === 'thematicBreak') return text;
    else text = `${text}\n${openingFence(text.slice(last?.position?.start.offset ?? 0))}`;
  }
  return fenced(answer);
}

/** Returns the positions of HTML in text order. Single line break tags, which tables need, do not count. */
function htmlSpans(nodes: Nodes, text: string): { start: number; end: number }[] {
  return nodes.flatMap((node) => {
    if ('children' in node) return htmlSpans(node.children, text);
    const start = node.position?.start.offset ?? 0;
    const end = node.position?.end.offset ?? 0;
    return node.type === 'html' && !LINE_BREAK_TAG.test(text.slice(start, end)) ? [{ start, end }] : [];
  });
}

function withHtmlAsText(text: string, spans: readonly { start: number; end: number }[]): string {
  return spans.reduceRight(
    (plain, { start, end }) =>
      plain.slice(0, start) + plain.slice(start, end).replaceAll('<', '&lt;') + plain.slice(end),
    text,
  );
}

function openingFence(text: string): string {
  return /^(`{3,}|~{3,})/.exec(text)?.[0] ?? '';
}

/** Wraps a text in a fence that is longer than any run of backticks in it. */
function fenced(text: string): string {
  const longest = (text.match(/`{3,}/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
