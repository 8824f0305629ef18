import { runInNewContext } from 'node:vm';
import { messageOf } from '../base/system-error.ts';

/** The longest time in ms for the lines of one file. Some regular expressions would take years. */
const MAX_MS = 2000;

interface Line {
  /** From 1. */
  number: number;
  text: string;
}

type LineMatcher =
  /** `lines` returns the matching lines of a text; null if the regular expression takes too long. */
  { ok: true; lines: (text: string) => Line[] | null } | { ok: false; text: string };

/** Makes a function that finds the lines with a text, or that match a regular expression. Case is ignored. */
export function lineMatcher(query: string, isRegex: boolean, maxMs = MAX_MS): LineMatcher {
  if (!isRegex) {
    const wanted = plain(query);
    return { ok: true, lines: (text) => numbered(text).filter((line) => plain(line.text).includes(wanted)) };
  }
  try {
    new RegExp(query, 'iu');
  } catch (error) {
    return {
      ok: false,
      text: `query is not a regular expression: ${messageOf(error)}. Correct it, or leave out regex.`,
    };
  }
  return { ok: true, lines: (text) => matching(numbered(text), query, maxMs) };
}

/** A regular expression can only be interrupted in a context of its own. */
function matching(lines: readonly Line[], source: string, timeout: number): Line[] | null {
  const texts = lines.map(({ text }) => text);
  try {
    const found: unknown = runInNewContext(
      'const pattern = new RegExp(source, "iu"); texts.map((text) => pattern.test(text))',
      { source, texts },
      { timeout },
    );
    return Array.isArray(found) ? lines.filter((_line, index) => found[index] === true) : [];
  } catch (error) {
    if (isTimeout(error)) return null;
    throw error;
  }
}

/** The error belongs to the other context, so it is not an instance of this context's Error. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}

function numbered(text: string): Line[] {
  return text.split(/\r?\n/).map((line, index) => ({ number: index + 1, text: line }));
}

function plain(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
