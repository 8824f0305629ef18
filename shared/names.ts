/** An item that people and models refer to by its name. */
export interface Named {
  name: string;
  /** A second name: the title of a task or the role of an agent. */
  title?: string | undefined;
}

export type NameFound<Item> =
  | { status: 'found'; item: Item }
  /** Several could be meant. */
  | { status: 'ambiguous'; items: Item[] }
  | { status: 'unknown' };

/**
 * Finds what a name refers to, as people and models write names. The exact name counts first; then the name in any
 * case, with spaces, underscores and hyphens alike, and without quotation marks around it; then a title or role that
 * only one item has. A name that fits several items refers to none of them.
 */
export function findNamed<Item extends Named>(items: readonly Item[], said: string): NameFound<Item> {
  const exact = said.normalize('NFC').trim();
  const plain = plainName(said);
  const steps: ((item: Item) => boolean)[] = [
    ({ name }) => name.normalize('NFC') === exact,
    ({ name }) => plainName(name) === plain,
    ({ title }) => title !== undefined && plainName(title) === plain,
  ];
  for (const fits of plain === '' ? steps.slice(0, 1) : steps) {
    const found = items.filter(fits);
    const [only] = found;
    if (only === undefined) continue;
    return found.length === 1 ? { status: 'found', item: only } : { status: 'ambiguous', items: found };
  }
  return { status: 'unknown' };
}

/**
 * Finds the one item that a text mentions by its name, or else by its title. A name inside a longer name that the text
 * mentions does not count.
 */
export function findMentioned<Item extends Named>(items: readonly Item[], text: string): NameFound<Item> {
  for (const call of [({ name }: Item) => name, ({ title }: Item) => title ?? '']) {
    const found = mentionedBy(items, text, call);
    const [only] = found;
    if (only === undefined) continue;
    return found.length === 1 ? { status: 'found', item: only } : { status: 'ambiguous', items: found };
  }
  return { status: 'unknown' };
}

function mentionedBy<Item>(items: readonly Item[], text: string, call: (item: Item) => string): Item[] {
  let rest = anyCase(text);
  const found = new Set<string>();
  for (const name of new Set(items.map(call).toSorted((a, b) => b.length - a.length))) {
    const without = rest.replace(wordPattern(name), '\n');
    if (without !== rest) found.add(name);
    rest = without;
  }
  return items.filter((item) => found.has(call(item)));
}

/**
 * Whether a text mentions a name as a separate word, in a spelling that `findNamed` allows: `nothing` does not mention
 * `hi`.
 */
export function mentions(text: string, name: string): boolean {
  return wordPattern(name).test(anyCase(text));
}

/** Spaces, underscores, hyphens and dashes. */
const SEPARATORS = '[\\s_\\-\\u2010-\\u2015\\u2212]+';
/** Letters of scripts with spaces between words, and other characters that continue a name. */
const CONTINUES = '[\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}\\p{M}\\p{N}_]';
const QUOTES = '[\\s"\'`*“”‘’„«»@]*';
const AROUND = new RegExp(`^${QUOTES}|${QUOTES}[.,;:!]?${QUOTES}$`, 'gu');

/** Returns a pattern for a name in a text of one case; empty if the name has no words. */
function wordPattern(name: string): RegExp {
  const words = plainName(name)
    .split(' ')
    .filter((word) => word !== '');
  if (words.length === 0) return /(?!)/g;
  const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`(?<!${CONTINUES})${escaped.join(SEPARATORS)}(?!${CONTINUES})`, 'gu');
}

/** Returns a name without the characters that people add or leave out. */
function plainName(name: string): string {
  return anyCase(name).replace(AROUND, '').replace(new RegExp(SEPARATORS, 'gu'), ' ').trim();
}

function anyCase(text: string): string {
  return text.normalize('NFC').toLowerCase();
}
