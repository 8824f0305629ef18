/** A shortened text, with the number of removed characters. */
export interface Fitted {
  text: string;
  /** 0 if the text is complete. */
  removed: number;
}

/** The minimum length of a shortened text in characters, including the mark. */
const LEAST_LENGTH = 200;

/**
 * Cuts the longest texts to one common length, so that all of them together have at most `room` characters. No text is
 * cut below a useful length, so a large number of texts may exceed the room.
 */
export function fitFairly(texts: readonly string[], room: number): Fitted[] {
  const lengths = texts.map((text) => text.length);
  const length = Math.max(LEAST_LENGTH, commonLength(lengths, room));
  return texts.map((text) => (text.length <= length ? { text, removed: 0 } : cut(text, length)));
}

/** Returns the largest length to which all longer texts can be cut so that their sum is at most `room`. */
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

const MARK = /\n\n\[… shortened to fit the model: (\d+) characters left out …\]$/;

function mark(removed: number): string {
  return `\n\n[… shortened to fit the model: ${removed} characters left out …]`;
}

/**
 * Cuts a text, which may already be shortened, to `length` characters including the mark. Never splits a surrogate
 * pair.
 */
function cut(text: string, length: number): Fitted {
  const [before = '', removedBefore = '0'] = MARK.exec(text) ?? [];
  const whole = text.length - before.length;
  const total = whole + Number(removedBefore);
  const end = Math.max(0, length - mark(total).length);
  const code = text.charCodeAt(end - 1);
  const splits = code >= 0xd800 && code <= 0xdbff;
  const kept = text.slice(0, splits ? end - 1 : end);
  const removed = total - kept.length;
  return { text: kept + mark(removed), removed };
}
