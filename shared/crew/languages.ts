/** The languages that a guardrail can detect, as ISO 639 codes (the shorter code if there are two). */
const LANGUAGES: ReadonlySet<string> = new Set(
  'am ar az be bg bho bn bs ceb ckb cs de el en es fa fil fr fuv gu ha hi hms hnj hr hu id ig ilo it ja jv kk kn ko koi ln mad mag mai mg ml mr my ne nl ny pa pl ps pt qug rn ro ru rw si skr so sr su sv sw ta te th tr uk ur uz vi yo za zh zlm zu'.split(
    ' ',
  ),
);

/** Returns the language of a tag such as `de`, `deu` or `de-CH`, or null if it cannot be detected. */
export function languageOf(tag: string): string | null {
  try {
    const { language } = new Intl.Locale(tag);
    return LANGUAGES.has(language) ? language : null;
  } catch {
    return null;
  }
}
