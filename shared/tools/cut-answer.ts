/**
 * Cuts the answer of a tool to a number of characters, which includes a note about the rest. Never splits a surrogate
 * pair.
 */
export function cutAnswer(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const note = `\n[The answer has ${text.length} characters. The rest is left out.]`;
  const end = Math.max(0, characters - note.length);
  const code = text.charCodeAt(end - 1);
  const splits = code >= 0xd800 && code <= 0xdbff;
  return text.slice(0, splits ? end - 1 : end) + note;
}
