const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029]/g;
/** C0 and C1 controls without tab and line feed, and DEL, which a terminal executes instead of showing. */
const CONTROLS = /(?:(?![\t\n])\p{Cc})+/gu;
/** Embeddings, overrides and isolates of text direction, and annotation marks, which reorder text. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/g;
const LONE_SURROGATES = /\p{Cs}/gu;
const UNPRINTABLE_IN_JSON = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/g;

/**
 * Returns text of a model, a server or a file in a form that is safe for a terminal, an editor or a page. Line
 * breaks become `\n`, a run of control characters becomes one space, marks that reorder text are removed, and an
 * unpaired surrogate becomes `�`. Tabs are preserved. All output for people passes through this function.
 */
export function printable(text: string): string {
  return text
    .replace(LINE_BREAKS, '\n')
    .replace(CONTROLS, ' ')
    .replace(REORDERING, '')
    .replace(LONE_SURROGATES, '\ufffd');
}

/** Like `printable`, on one line, with one space between words and none around them. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

/** Returns the JSON of exactly this value, in which every character that `printable` would change is escaped. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    UNPRINTABLE_IN_JSON,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Returns text from a file, or the name of a file, for a question to a person. Each character that could end the
 * line, reorder it or stay invisible becomes `�`, so that the text cannot mislead.
 */
export function visibleLine(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, '\u{fffd}');
}
