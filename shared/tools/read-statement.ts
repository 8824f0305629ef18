/** The kinds of databases that `sql_query` reads. */
export type DatabaseKind = 'postgres' | 'mysql' | 'sqlite';

/** The first words of statements that only read. The database also refuses changes. */
const READING: Readonly<Record<DatabaseKind, readonly string[]>> = {
  postgres: ['SELECT', 'WITH', 'VALUES', 'TABLE', 'SHOW', 'EXPLAIN'],
  mysql: ['SELECT', 'WITH', 'VALUES', 'TABLE', 'SHOW', 'EXPLAIN', 'DESCRIBE', 'DESC'],
  sqlite: ['SELECT', 'WITH', 'VALUES', 'EXPLAIN'],
};

/** A statement that was checked: its text without a final semicolon, and its first word. */
export type CheckedStatement = { ok: true; sql: string; keyword: string } | { ok: false; text: string };

/**
 * Checks that a text is one SQL statement that reads. If not, the answer explains to the model what is allowed. A
 * read-only transaction or file prevents changes in any case.
 */
export function readStatement(text: string, kind: DatabaseKind): CheckedStatement {
  const plain = withoutQuotes(text, kind);
  if (plain === null) return refused('A quotation mark or a comment is not closed.');
  if (kind === 'mysql' && /\/\*M?!/.test(plain.comments))
    return refused('A comment that begins with "/*!" is part of the statement in MySQL. Remove it.');
  const code = plain.code.replace(/[\s;]+$/, '');
  const keyword = /^[\s(]*([A-Za-z]+)/.exec(code)?.[1]?.toUpperCase() ?? '';
  if (code.trim() === '') return refused('The SQL contains no statement. Give one SELECT.');
  if (code.includes(';')) return refused('Give one statement, without a semicolon inside.');
  if (!READING[kind].includes(keyword)) {
    const not = keyword === '' ? '' : `, not ${keyword}`;
    return refused(`Only a statement that reads is allowed here${not}. Give one SELECT.`);
  }
  // The settings of a MySQL server decide where a quoted text ends, so that these words count anywhere.
  if (/\b(OUTFILE|DUMPFILE)\b/i.test(kind === 'mysql' ? text : code))
    return refused('INTO OUTFILE and INTO DUMPFILE write a file, which is not allowed here. Remove the clause.');
  return { ok: true, sql: text.slice(0, code.length).trim(), keyword };
}

/**
 * Returns the code of a statement, in which quoted texts and comments are replaced by as many other characters, and its
 * comments. Null if a quote or a comment is not closed.
 */
function withoutQuotes(text: string, kind: DatabaseKind): { code: string; comments: string } | null {
  let code = '';
  let comments = '';
  for (let at = 0; at < text.length; ) {
    const end = endOfQuoted(text, at, kind);
    if (end === null) return null;
    if (end === at) code += text[at];
    else {
      const quoted = text.slice(at, end);
      const isComment = !/['"`[$]/.test(text[at] ?? '');
      code += quoted.replaceAll(/[^\n]/g, isComment ? ' ' : "'");
      if (isComment) comments += `${quoted}\n`;
    }
    at = Math.max(end, at + 1);
  }
  return { code, comments };
}

/** Returns the end of the quoted text, quoted name or comment that begins at `at`; `at` if there is none; null if unclosed. */
function endOfQuoted(text: string, at: number, kind: DatabaseKind): number | null {
  const rest = text.slice(at, at + 64);
  const [one = '', two = ''] = [rest[0], rest.slice(0, 2)];
  if (beginsLineComment(text, at, kind)) return after(text, '\n', at) ?? text.length;
  if (two === '/*') return kind === 'postgres' ? endOfNested(text, at) : after(text, '*/', at + 2);
  if (one === "'" || one === '"' || one === '`') return endOfText(text, at, one, escapes(text, at, kind));
  if (kind === 'sqlite' && one === '[') return after(text, ']', at);
  const tag =
    kind === 'postgres' && !/[\w$]/.test(text[at - 1] ?? '') ? /^\$(?:[A-Za-z_]\w*)?\$/.exec(rest)?.[0] : undefined;
  return tag === undefined ? at : after(text, tag, at + tag.length);
}

/** In MySQL, `--` begins a comment only before a space, a control character or the end: `5--1` is 6. */
function beginsLineComment(text: string, at: number, kind: DatabaseKind): boolean {
  if (kind === 'mysql' && text[at] === '#') return true;
  if (!text.startsWith('--', at)) return false;
  const next = kind === 'mysql' ? text.charCodeAt(at + 2) : Number.NaN;
  return Number.isNaN(next) || next <= 0x20 || next === 0x7f;
}

/** Whether a backslash in a text escapes the next character. */
function escapes(text: string, at: number, kind: DatabaseKind): boolean {
  if (kind === 'mysql') return text[at] !== '`';
  return kind === 'postgres' && /(?:^|[^\w$])e$/i.test(text.slice(Math.max(0, at - 2), at));
}

/** A doubled quotation mark does not end a text: it begins the next one directly. */
function endOfText(text: string, start: number, mark: string, hasEscapes: boolean): number | null {
  for (let at = start + 1; at < text.length; at += 1) {
    if (hasEscapes && text[at] === '\\') at += 1;
    else if (text[at] === mark) return at + 1;
  }
  return null;
}

/** Comments of PostgreSQL can be nested. */
function endOfNested(text: string, start: number): number | null {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const two = text.slice(at, at + 2);
    if (two === '/*') depth += 1;
    if (two === '*/') depth -= 1;
    if (two === '/*' || two === '*/') at += 1;
    if (depth === 0) return at + 1;
  }
  return null;
}

function after(text: string, what: string, from: number): number | null {
  const at = text.indexOf(what, from);
  return at === -1 ? null : at + what.length;
}

function refused(text: string): CheckedStatement {
  return { ok: false, text };
}
