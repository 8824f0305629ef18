/** JSON with deeper nesting is refused everywhere, because recursive code would exhaust the stack. */
export const MAX_JSON_DEPTH = 100;

/** Values that contain a crew, such as its recovery copy, are a few levels deeper. */
const MAX_WRAPPED_DEPTH = MAX_JSON_DEPTH + 10;

/** Larger JSON files are refused. */
export const MAX_JSON_BYTES = 32 * 1024 * 1024;

/** Returns the value of a text; undefined if it is not JSON or is nested too deeply to contain a crew. */
export function parseJson(text: string): unknown {
  if (tooDeepAt(text, MAX_WRAPPED_DEPTH) !== null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Returns the offset at which nesting exceeds the limit, or null. The text need not be JSON. Brackets in strings do not
 * count.
 */
export function tooDeepAt(text: string, limit = MAX_JSON_DEPTH): number | null {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === BACKSLASH) at += 1;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === OPEN_OBJECT || char === OPEN_ARRAY) {
      depth += 1;
      if (depth > limit) return at;
    } else if (char === CLOSE_OBJECT || char === CLOSE_ARRAY) depth -= 1;
  }
  return null;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
