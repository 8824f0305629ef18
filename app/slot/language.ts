import { languageOf } from '../../shared/crew/languages.ts';

/**
 * The share of the best score that a language must reach to pass. In a single sentence, a related language passes
 * too.
 */
const NEAR = 0.97;
const NEAR_OF_SHORT = 0.8;
const SHORT_CHARACTERS = 60;

/**
 * Returns why a text is not written in a language (a tag such as `de`), or null. Code, links and quotations are
 * ignored.
 */
export async function languageComplaint(text: string, tag: string): Promise<string | null> {
  const wanted = languageOf(tag);
  const prose = proseOf(text);
  // Loaded for the first check of a language, so that a slot starts without the library.
  const { francAll } = await import('franc-min');
  const found = francAll(prose).flatMap(([code, score]) =>
    code === 'und' ? [] : [{ language: languageOf(code), score }],
  );
  const [likeliest] = found;
  const name = languageName(tag);
  if (!likeliest) return `it is too short to tell whether it is written in ${name}`;
  const near = prose.length < SHORT_CHARACTERS ? NEAR_OF_SHORT : NEAR;
  if (found.some(({ language, score }) => language === wanted && score >= near)) return null;
  return `it is written in ${likeliest.language === null ? 'another language' : languageName(likeliest.language)}, and not in ${name}`;
}

export function languageName(tag: string): string {
  return new Intl.DisplayNames(['en'], { type: 'language' }).of(tag) ?? tag;
}

function proseOf(markdown: string): string {
  return markdown
    .replace(/```[\s\S]*?(```|$)/g, ' ')
    .replace(/`[^`]*`/g, ' ')
    .replace(/^\s*>.*$/gm, ' ')
    .replace(/https?:\/\/\S+/g, ' ');
}
