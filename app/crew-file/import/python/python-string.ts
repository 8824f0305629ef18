const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\u0007',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
};

const LITERAL =
  /([rRbBuUfF]{0,2})("""([\s\S]*?)(?<!\\)"""|'''([\s\S]*?)(?<!\\)'''|"((?:[^"\\\n]|\\[\s\S])*)"|'((?:[^'\\\n]|\\[\s\S])*)')/y;

/** Returns the value of one or more adjacent string literals; null for bytes, and for f-strings with values in them. */
export function stringValue(text: string): string | null {
  let value = '';
  let at = 0;
  while (at < text.length) {
    const gap = /^(?:\s|\\\n|#[^\n]*)+/.exec(text.slice(at, at + 10_000));
    if (gap) at += gap[0].length;
    if (at >= text.length) break;
    LITERAL.lastIndex = at;
    const found = LITERAL.exec(text);
    if (found === null) return null;
    const [whole, prefix = '', , ...bodies] = found;
    const piece = pieceValue(prefix.toLowerCase(), bodies.find((body) => body !== undefined) ?? '');
    if (piece === null) return null;
    value += piece;
    at += whole.length;
  }
  return value;
}

function pieceValue(prefix: string, body: string): string | null {
  if (prefix.includes('b')) return null;
  if (prefix.includes('f')) {
    if (/(?<!\{)(?:\{\{)*\{(?!\{)/.test(body)) return null;
    return unescaped(prefix, body.replaceAll('{{', '{').replaceAll('}}', '}'));
  }
  return unescaped(prefix, body);
}

function unescaped(prefix: string, body: string): string {
  if (prefix.includes('r')) return body;
  return body.replaceAll(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]))/g,
    (whole, hex, unicode, char: string | undefined) => {
      const code: unknown = hex ?? unicode;
      if (typeof code === 'string') return String.fromCharCode(Number.parseInt(code, 16));
      if (char === undefined) return whole;
      return ESCAPES[char] ?? (/["'\\]/.test(char) ? char : whole);
    },
  );
}
