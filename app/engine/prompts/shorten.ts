const MARK = '\n\n[… shortened to fit the model: the rest of this result was left out …]';

export interface Fitted {
  text: string;
  shortened: boolean;
}

/** Cuts the longest texts to one common length, so that all of them together have at most `room` characters. */
export function shortenToFit(texts: readonly string[], room: number): Fitted[] {
  const length = commonLength(
    texts.map((text) => text.length),
    room,
  );
  return texts.map((text) =>
    text.length <= length ? { text, shortened: false } : { text: cut(text, length), shortened: true },
  );
}

/** The largest length such that the sum of all lengths, none counted beyond it, is at most `room`. */
function commonLength(lengths: readonly number[], room: number): number {
  const ascending = [...lengths].sort((a, b) => a - b);
  let left = room;
  for (const [index, length] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index));
    if (length > share) return share;
    left -= length;
  }
  return Number.POSITIVE_INFINITY;
}

/** Never in the middle of a character that takes two code units. */
function cut(text: string, length: number): string {
  const end = Math.max(0, length - MARK.length);
  const code = text.charCodeAt(end - 1);
  const splits = code >= 0xd800 && code <= 0xdbff;
  return text.slice(0, splits ? end - 1 : end) + MARK;
}
