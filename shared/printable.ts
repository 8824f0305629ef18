const LINE_BREAKS = /\r\n?|[\u0085\u2028\u2029]/g;
/** C0 and C1 without tab and line feed, and DEL: a terminal acts on them instead of showing them. */
const CONTROLS = /(?:(?![\t\n])\p{Cc})+/gu;
/** Embeddings, overrides and isolates of text direction, and annotation marks: they show text in another order. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/g;
const LONE_SURROGATES = /\p{Cs}/gu;
const UNPRINTABLE_IN_JSON = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]/g;

/**
 * Text of a model, a server or a file as a terminal, an editor or a page may show it. Line breaks become `\n`, a run of
 * control characters becomes one space, marks that reorder text are removed, and an unpaired surrogate becomes `�`.
 * Tabs stay. Every output that people read passes through this function.
 */
export function printable(text: string): string {
  return text
    .replace(LINE_BREAKS, '\n')
    .replace(CONTROLS, ' ')
    .replace(REORDERING, '')
    .replace(LONE_SURROGATES, '\ufffd');
}

/** The same on one line, with one space between words and none around them. */
export function printableLine(text: string): string {
  return printable(text).replace(/\s+/g, ' ').trim();
}

/** JSON of exactly this value in which every character that `printable` would change is written as an escape. */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    UNPRINTABLE_IN_JSON,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Text from a file or the name of a file, for a question to a person: each character that could end the line, reorder it or
 * stay invisible becomes `�`, so that nothing looks like what it is not.
 */
export function visibleLine(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, '\u{fffd}');
}
