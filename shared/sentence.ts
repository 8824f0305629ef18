/**
 * Returns a text of unknown form, such as a server's message, as a sentence: with a period, unless it already ends
 * with punctuation. Use it before adding another sentence.
 */
export function sentence(text: string): string {
  const trimmed = text.trimEnd();
  return /[.!?…][)\]"'”’»]*$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
