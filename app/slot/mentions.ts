/** Letters of scripts that put blanks between words, and what else goes on with a name. */
const GOES_ON = '[\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}\\p{N}_]';

/** Whether a name stands in a text as a word of its own, in whatever case: `hi` does not in `nothing`. */
export function mentions(text: string, name: string): boolean {
  const literal = name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`(?<!${GOES_ON})${literal}(?!${GOES_ON})`, 'iu').test(text);
}
