import { excerpt, type Notes, type Reason } from './report.ts';
import { Code, isOff, type SourceObject, type SourceValue } from './source.ts';

/** What is known while the keys of one part are translated. `target` is the part of the crew file, without defaults. */
export interface Translation {
  target: SourceObject;
  /** For entries about the part as a whole. */
  notes: Notes;
  /** All keys of the part, for keys whose meaning depends on another key. */
  source: SourceObject;
}

/** Translates one key. `notes` is at the location of the key. */
export type Rule<T extends Translation> = (translation: T, value: SourceValue, notes: Notes, key: string) => void;

/** The rules of one kind of part, by key. */
export type Rules<T extends Translation> = Readonly<Record<string, Rule<T>>>;

/** Translates all keys of a part. A key without a rule is left out. */
export function translateKeys<T extends Translation>(
  rules: Rules<T>,
  translation: T,
  unknownKey: (key: string) => Reason,
): void {
  for (const [key, value] of Object.entries(translation.source)) {
    const notes = translation.notes.below(key);
    if (Object.hasOwn(rules, key)) rules[key]?.(translation, value, notes, key);
    else notes.leftOut(`${key}: ${excerpt(value)}`, unknownKey(key));
  }
}

/** A key that has no effect on a run in Crewlane, so that nothing is lost without it. */
export const withoutEffect: Rule<Translation> = () => undefined;

/** A key that has no equivalent. It is listed unless its value switches it off. */
export function hasNoEquivalent(why: string, instead: string): Rule<Translation> {
  return (_translation, value, notes, key) => {
    if (!isOff(value)) notes.leftOut(`${key}: ${excerpt(value)}`, { why, instead });
  };
}

/** A key whose value is kept under the name `to`, if it has the type that the crew file requires. */
export function keptAs(to: string, type: 'string' | 'number' | 'boolean'): Rule<Translation> {
  return ({ target }, value, notes, key) => {
    if (value === null) return;
    if (typeof value === type) {
      target[to] = value;
      return;
    }
    notes.leftOut(`${key}: ${excerpt(value)}`, notAValue(value, `a ${type === 'string' ? 'text' : type}`, to));
  };
}

/** Why a value cannot be kept: it is code, or has the wrong type. */
export function notAValue(value: SourceValue, expected: string, key: string): Reason {
  const why = value instanceof Code ? 'Crewlane does not run code to get a value.' : `It is not ${expected}.`;
  return { why, instead: `Set "${key}" in the crew file.` };
}
