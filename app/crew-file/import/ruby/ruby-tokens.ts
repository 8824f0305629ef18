/** `gap`: between statements. `word`: a name or a path such as `RCrewAI::Agent`. `code`: a string with values in it. */
export type RubyTokenKind = 'gap' | 'word' | 'label' | 'string' | 'words' | 'number' | 'code' | 'mark';

export interface RubyToken {
  kind: RubyTokenKind;
  /** The value of a string, a symbol or a label; otherwise the text. */
  value: string;
  from: number;
  to: number;
}

const SPACE = /(?:[ \t\r]|\\\n|#[^\n]*)+/y;
const WORD = /(?:::)?@{0,2}[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*[?!]?/y;
const LABEL = /(?:([A-Za-z_]\w*)|"([^"\\\n]*)"|'([^'\\\n]*)'):(?!:)/y;
const SYMBOL = /:(?:([A-Za-z_]\w*[?!]?)|"([^"\\\n]*)"|'([^'\\\n]*)')/y;
const NUMBER = /-?\d[\d_]*(?:\.\d[\d_]*)?(?:e[+-]?\d+)?/iy;
const SINGLE = /'((?:[^'\\]|\\[\s\S])*)'/y;
const DOUBLE = /"((?:[^"\\]|\\[\s\S])*)"/y;
const WORDS = /%[wi]([[({<])([^\])}>]*)[\])}>]/y;
const HEREDOC = /<<[~-]?(['"]?)([A-Z_][A-Z0-9_]*)\1/y;
const MARK = /=>|->|==|=~|\|\||&&|\.\.\.?|&\.|[[\]{}(),.;=|&*+\-/<>?!%:]/y;

/** Splits a script into tokens. Unknown characters are skipped, so that any text has tokens. */
export function rubyTokens(text: string): RubyToken[] {
  const tokens: RubyToken[] = [];
  const heredocs: { token: RubyToken; end: string }[] = [];
  let at = 0;
  const read = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const add = (kind: RubyTokenKind, value: string, length: number) => {
    const token = { kind, value, from: at, to: at + length };
    tokens.push(token);
    at += length;
    return token;
  };
  while (at < text.length) {
    const space = read(SPACE);
    if (space) {
      at += space[0].length;
      continue;
    }
    if (text[at] === '\n') {
      add('gap', '\n', 1);
      // The body of a heredoc begins on the next line.
      for (const { token, end } of heredocs.splice(0)) at = readHeredoc(text, at, token, end);
      continue;
    }
    const found = firstOf(read);
    if (found === null) {
      at += 1;
      continue;
    }
    const token = add(found.kind, found.value, found.length);
    if (found.heredoc !== undefined) heredocs.push({ token, end: found.heredoc });
  }
  return tokens;
}

interface Found {
  kind: RubyTokenKind;
  value: string;
  length: number;
  heredoc?: string;
}

function firstOf(read: (pattern: RegExp) => RegExpExecArray | null): Found | null {
  const heredoc = read(HEREDOC);
  if (heredoc) return { kind: 'string', value: '', length: heredoc[0].length, heredoc: heredoc[2] ?? '' };
  const label = read(LABEL);
  if (label) return { kind: 'label', value: firstText(label), length: label[0].length };
  const symbol = read(SYMBOL);
  if (symbol) return { kind: 'string', value: firstText(symbol), length: symbol[0].length };
  const words = read(WORDS);
  if (words) return { kind: 'words', value: words[2] ?? '', length: words[0].length };
  const double = read(DOUBLE);
  if (double) {
    const body = double[1] ?? '';
    const isCode = /(?<!\\)#\{/.test(body);
    return { kind: isCode ? 'code' : 'string', value: isCode ? double[0] : unescaped(body), length: double[0].length };
  }
  const single = read(SINGLE);
  if (single)
    return { kind: 'string', value: (single[1] ?? '').replaceAll(/\\(['\\])/g, '$1'), length: single[0].length };
  for (const [kind, pattern] of [
    ['number', NUMBER],
    ['word', WORD],
    ['mark', MARK],
  ] as const) {
    const found = read(pattern);
    if (found) return { kind, value: found[0], length: found[0].length };
  }
  return null;
}

/** Sets the value of a heredoc. Returns the offset behind its last line. */
function readHeredoc(text: string, from: number, token: RubyToken, end: string): number {
  const lines: string[] = [];
  let at = from;
  while (at < text.length) {
    const next = text.indexOf('\n', at);
    const line = text.slice(at, next < 0 ? text.length : next);
    at = next < 0 ? text.length : next + 1;
    if (line.trim() === end) break;
    lines.push(line);
  }
  const indents = lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const common = indents.reduce((least, indent) => Math.min(least, indent), indents[0] ?? 0);
  const body = lines.map((line) => line.slice(common)).join('\n');
  token.value = body;
  if (body.includes('#{')) token.kind = 'code';
  return at;
}

function firstText(found: RegExpExecArray): string {
  return found.slice(1).find((each) => each !== undefined) ?? '';
}

function unescaped(body: string): string {
  return body.replaceAll(/\\([\s\S])/g, (_whole, char: string) => (char === 'n' ? '\n' : char === 't' ? '\t' : char));
}
