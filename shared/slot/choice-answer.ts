import { findAnyJson } from './json-answer.ts';

/** What a router chooses from. */
export interface Router {
  choices: readonly string[];
  choose: 'one' | 'many';
}

/**
 * Returns what an answer chooses, in the order of the router's choices; null if it makes no valid choice. The property
 * `choice` of JSON counts first, then the last line `Choice: NAME`, then the only choice that the answer names.
 */
export function choicesIn(answer: string, router: Router): readonly string[] | null {
  const property = choiceProperty(answer);
  if (property !== undefined) return accepted(property, router);
  const line = choiceLine(answer);
  return line === null ? onlyNamed(answer, router) : accepted(namesInLine(line, router), router);
}

/** Returns the property `choice` of an answer in JSON as names; undefined if there is none. */
function choiceProperty(answer: string): readonly string[] | undefined {
  const value = findAnyJson(answer)?.value;
  if (typeof value !== 'object' || value === null || !('choice' in value)) return undefined;
  const { choice } = value;
  if (typeof choice === 'string') return [choice];
  return Array.isArray(choice) && choice.every((name) => typeof name === 'string') ? choice : [];
}

/** Names in any case, without emphasis and punctuation around them. */
function plain(name: string): string {
  return name
    .normalize('NFC')
    .replace(/^[\s*_`"'“”„.]+|[\s*_`"'“”„.]+$/gu, '')
    .toLowerCase();
}

function accepted(names: readonly string[], { choices, choose }: Router): readonly string[] | null {
  const wanted = names.map((name) => choices.find((choice) => choice === name || plain(choice) === plain(name)));
  if (wanted.length === 0 || wanted.includes(undefined)) return null;
  const chosen = choices.filter((choice) => wanted.includes(choice));
  return choose === 'one' && chosen.length > 1 ? null : chosen;
}

const CHOICE_LINE = /^[\s>#*_`-]*choices?[\s*_`]*[:：](.*)$/iu;

/** Returns the text after "Choice:" in the last such line; null if there is none. */
function choiceLine(answer: string): string | null {
  const line = answer.split(/\r?\n/).findLast((text) => CHOICE_LINE.test(text));
  return line === undefined ? null : (CHOICE_LINE.exec(line)?.[1]?.trim() ?? null);
}

/** Splits a line at its commas, but not at a comma inside a choice. */
function namesInLine(line: string, { choices }: Router): readonly string[] {
  if (choices.some((choice) => plain(choice) === plain(line))) return [line];
  const parts = line.split(',');
  const names: string[] = [];
  for (let from = 0; from < parts.length; ) {
    const ends = Array.from({ length: parts.length - from }, (_, at) => parts.length - at);
    const end = ends.find((to) => choices.some((choice) => plain(choice) === plain(parts.slice(from, to).join(','))));
    names.push(parts.slice(from, end ?? from + 1).join(','));
    from = end ?? from + 1;
  }
  return names;
}

/** Returns the choice if the text of an answer names only one of them. A name inside a longer choice does not count. */
function onlyNamed(answer: string, { choices }: Router): readonly string[] | null {
  let text = answer.normalize('NFC').toLowerCase();
  const longestFirst = [...choices].sort((a, b) => b.length - a.length);
  const named = longestFirst.filter((choice) => {
    const name = choice.normalize('NFC').toLowerCase();
    const isNamed = containsWord(text, name);
    if (isNamed) text = text.replaceAll(name, ' ');
    return isNamed;
  });
  return named.length === 1 ? named : null;
}

function containsWord(text: string, name: string): boolean {
  const isPartOfWord = (character: string | undefined) => character !== undefined && /[\p{L}\p{N}_]/u.test(character);
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!isPartOfWord(text[at - 1]) && !isPartOfWord(text[at + name.length])) return true;
  }
  return false;
}
