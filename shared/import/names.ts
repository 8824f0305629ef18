import { NAME } from '../crew/value-schemas.ts';
import type { Notes } from './report.ts';
import type { SourcePart } from './source.ts';

const MAX_NAME = 64;

/** Gives parts of a foreign crew names that are valid and unique in a crew file. */
export class Names {
  readonly #used = new Set<string>();

  /** Returns the name to use for `wanted`: itself if it is valid and free, otherwise the nearest name that is. */
  give(wanted: string, kind: string): string {
    const valid = validName(wanted, kind);
    let name = valid;
    for (let number = 2; this.#used.has(plain(name)); number += 1) name = withEnd(valid, `_${number}`);
    this.#used.add(plain(name));
    return name;
  }
}

/** Returns the names of parts in the crew file, in their order. Changed names are listed. */
export function givenNames(names: Names, parts: readonly SourcePart[], kind: string, notes: Notes): string[] {
  return parts.map(({ name, path }, index) => {
    const given = names.give(name === '' ? `${kind}_${index + 1}` : name, kind);
    if (name !== '' && given !== name) notes.at(path).taken(`name ${name} → ${given}`);
    return given;
  });
}

/** Returns a valid name: characters that names cannot contain become `_`. */
export function validName(wanted: string, kind: string): string {
  const composed = wanted.normalize('NFC');
  if (NAME.test(composed)) return composed;
  const words = composed.replaceAll(/[^\p{L}\p{M}\p{Nd}_-]+/gu, '_').replaceAll(/^_+(?=.)|_+$/g, '');
  const started = /^[\p{L}_]/u.test(words) ? words : words === '' ? kind : `_${words}`;
  const name = withEnd(started, '');
  return NAME.test(name) ? name : kind;
}

/** Appends `end`, and shortens the name so that the result is not too long. Never cuts a character in half. */
function withEnd(name: string, end: string): string {
  let kept = '';
  for (const character of name) {
    if (kept.length + character.length + end.length > MAX_NAME) break;
    kept += character;
  }
  return `${kept}${end}`;
}

function plain(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
