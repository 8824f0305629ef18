import { parseDocument } from 'yaml';
import { z } from 'zod';
import { isSourceObject, type SourceObject, type SourceValue } from '../../../shared/import/source.ts';
import { tooDeepAt } from '../../../shared/parse-json.ts';
import { MAX_SOURCE_DEPTH } from './jsonc.ts';

/** Indentation of a nested block is at least one character, so that more cannot be a file that a person wrote. */
const MAX_INDENT = 2 * MAX_SOURCE_DEPTH;
const objectSchema = z.record(z.string(), z.json());

/** Reads an object of YAML. `why` ends a sentence about the file. Aliases may not make the value large. */
export function readYaml(text: string): { ok: true; value: SourceObject } | { ok: false; why: string } {
  const isDeep =
    tooDeepAt(text, MAX_SOURCE_DEPTH) !== null ||
    new RegExp(`^(?: {${MAX_INDENT}}|(?:- *){${MAX_SOURCE_DEPTH}})`, 'm').test(text);
  if (isDeep) return { ok: false, why: `it is nested more than ${MAX_SOURCE_DEPTH} levels deep` };
  try {
    const document = parseDocument(text, { prettyErrors: true, uniqueKeys: false });
    const [error] = document.errors;
    if (error) return { ok: false, why: `it is not valid YAML: ${error.message.split('\n')[0] ?? ''}` };
    const parsed = objectSchema.safeParse(document.toJS({ maxAliasCount: 100 }));
    return parsed.success ? { ok: true, value: trimmed(parsed.data) } : { ok: false, why: 'it is not a list of names' };
  } catch (error) {
    return { ok: false, why: `it is not valid YAML: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Removes the line breaks at the end of folded texts, which have no meaning. */
function trimmed(value: SourceObject): SourceObject {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, trimmedValue(inner)]));
}

function trimmedValue(value: SourceValue): SourceValue {
  if (typeof value === 'string') return value.trimEnd();
  if (Array.isArray(value)) return value.map(trimmedValue);
  return isSourceObject(value) ? trimmed(value) : value;
}
