/** The longest part of a page in one answer, in characters. */
const MAX_CHARACTERS = 20_000;
/** The characters around a text that was found. */
const AROUND = 400;

export interface PagePart {
  ok: boolean;
  text: string;
}

/** Returns the part of a text from a position on, and where the next part starts. */
export function excerpt(text: string, start: number): PagePart {
  if (start > 0 && start >= text.length) return { ok: false, text: `The page has ${text.length} characters.` };
  const end = start + MAX_CHARACTERS;
  if (end >= text.length) return { ok: true, text: text.slice(start) };
  return {
    ok: true,
    text: `${text.slice(start, end)}\n\n[characters ${start} to ${end} of ${text.length}; next start: ${end}]`,
  };
}

/** Returns the passages around each occurrence of some words, ignoring case and spaces between words. */
export function passages(text: string, find: string): PagePart {
  const words = find
    .trim()
    .split(/\s+/)
    .map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const found: { from: number; to: number }[] = [];
  for (const { index, 0: match } of text.matchAll(new RegExp(words.join('\\s+'), 'giu'))) {
    const from = Math.max(0, index - AROUND);
    const to = Math.min(text.length, index + match.length + AROUND);
    const last = found.at(-1);
    if (last && from <= last.to) last.to = to;
    else found.push({ from, to });
  }
  if (found.length === 0)
    return { ok: true, text: `The page does not contain "${find}". It has ${text.length} characters.` };
  const parts = found.map(({ from, to }) => `[from character ${from}]\n${text.slice(from, to)}`);
  const all = parts.join('\n\n');
  return {
    ok: true,
    text: all.length <= MAX_CHARACTERS ? all : `${all.slice(0, MAX_CHARACTERS)}\n\n[more passages were left out]`,
  };
}
