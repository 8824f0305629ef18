/**
 * A text whose end is not ours to know, such as a server's message, closed as a sentence: with a full stop, where it has
 * no end of its own. Whatever is said after such a text takes it from here.
 */
export function sentence(text: string): string {
  const trimmed = text.trimEnd();
  return /[.!?…][)\]"'”’»]*$/.test(trimmed) ? trimmed : `${trimmed}.`;
}
