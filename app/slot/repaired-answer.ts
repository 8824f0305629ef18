import { findAnyJson, findJson, type JsonFound } from '../../shared/slot/json-answer.ts';
import { repairedJson } from '../models/repaired-json.ts';

/**
 * Like `findJson`, and also finds a value that is JSON except for mistakes such as missing commas, single quotes or
 * comments, so that the model need not be called again for them. An answer that ends in the middle is not completed.
 */
export function findCorrectedJson(answer: string, fits: (value: unknown) => boolean): JsonFound | null {
  const found = findJson(answer, fits);
  if (found) return found;
  for (const text of candidatesIn(answer.trim())) {
    const value = repairedJson(text);
    if (value === undefined || !fits(value)) continue;
    const note = 'mistakes in the JSON were corrected';
    return { value, text: JSON.stringify(value, null, 2), note };
  }
  return null;
}

/** Like `findAnyJson`, and also corrects mistakes. A valid value within a sentence does not count here either. */
export function findAnyCorrectedJson(answer: string): JsonFound | null {
  const isAny = () => true;
  return findAnyJson(answer) ?? (findJson(answer, isAny) ? null : findCorrectedJson(answer, isAny));
}

/** Returns the texts that may be an object or an array with mistakes: a fenced block, then from the first bracket. */
function candidatesIn(answer: string): string[] {
  const fences = [...answer.matchAll(/^[ \t]*```\w*[ \t]*\n([\s\S]*?)^[ \t]*```/gm)].map(([, inner = '']) =>
    inner.trim(),
  );
  const from = (bracket: string, end: string) => {
    const start = answer.indexOf(bracket);
    return start < 0 ? [] : wholeValue(answer.slice(start), end);
  };
  return [
    ...fences.flatMap((text) => wholeValue(text, text.startsWith('[') ? ']' : '}')),
    ...from('{', '}'),
    ...from('[', ']'),
  ];
}

/** The text up to its last closing bracket; none if the value continues after it, because then its end is missing. */
function wholeValue(text: string, end: string): string[] {
  const last = text.lastIndexOf(end);
  return last < 0 || /^\s*[,:"'\d{[]/.test(text.slice(last + 1)) ? [] : [text.slice(0, last + 1)];
}
