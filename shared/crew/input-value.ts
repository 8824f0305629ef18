import type { Json } from '../json.ts';
import { parseJson } from '../parse-json.ts';

/**
 * Returns the value that a person means by a text: JSON if the text is JSON, otherwise the text. A number that JavaScript
 * would write differently, such as a very long one or `1.50`, remains a text.
 */
export function inputValue(text: string): Json {
  // What `parseJson` returns is JSON.
  const value = parseJson(text) as Json | undefined;
  if (value === undefined) return text;
  return typeof value === 'number' && JSON.stringify(value) !== text.trim() ? text : value;
}

/** Returns the text for which `inputValue` returns this value. */
export function inputText(value: Json): string {
  return typeof value === 'string' && inputValue(value) === value ? value : JSON.stringify(value);
}
