import { type ParseError, parseTree, stripComments } from 'jsonc-parser';
import { z } from 'zod';
import type { SourceObject } from '../../../shared/import/source.ts';
import { tooDeepAt } from '../../../shared/parse-json.ts';
import { jsonValue } from '../json-value.ts';
import { LineIndex } from '../line-index.ts';
import { whyNotJson } from '../parse.ts';

/** A crew file may be nested 100 levels deep, and adds a few around values of the project. */
export const MAX_SOURCE_DEPTH = 90;

const objectSchema = z.record(z.string(), z.json());

/** Reads an object of JSON with comments and trailing commas. `why` ends a sentence about the file. */
export function readJsonc(text: string): { ok: true; value: SourceObject } | { ok: false; why: string } {
  // Brackets and quotes in comments would count otherwise.
  const plain = stripComments(text, ' ');
  if (tooDeepAt(plain, MAX_SOURCE_DEPTH) !== null)
    return { ok: false, why: `it is nested more than ${MAX_SOURCE_DEPTH} levels deep` };
  const errors: ParseError[] = [];
  const tree = parseTree(plain, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error || !tree) {
    const { line, column } = new LineIndex(plain).at(error?.offset ?? 0);
    return { ok: false, why: `line ${line}, column ${column} is not valid JSON: ${whyNotJson(error)}` };
  }
  const parsed = objectSchema.safeParse(jsonValue(tree));
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, why: 'it is not a JSON object' };
}
