import { z } from 'zod';
import { code, type Titles, typeText, unwrap } from './type-text.ts';

/** A key of a JSON object, for one row of a table. */
export interface Field {
  /** `settings.retries.max`, `tasks[].name`, `estimates.NAME.ms`. */
  path: string;
  type: string;
  isOptional: boolean;
  /** As code; empty if there is none. */
  standard: string;
  meaning: string;
}

/** A key and the object that it belongs to. */
export interface Step {
  owner: z.ZodObject;
  key: string;
}

/** The meaning of the last key of a path that begins at the outermost object; null if it is not documented. */
export type MeaningOf = (steps: readonly Step[]) => string | null;

/**
 * The keys of an object and of the objects inside it, each before its own keys. The keys of an object with a title are in
 * the section with this title.
 */
export function fieldsOf(
  schema: z.ZodObject,
  meaningOf: MeaningOf,
  titles: Titles = new Map(),
  within = '',
  above: readonly Step[] = [],
): Field[] {
  return Object.entries(schema.shape).flatMap(([key, value]) => {
    const path = `${within}${key}`;
    const steps = [...above, { owner: schema, key }];
    const { schema: inner, isOptional, standard } = unwrap(value);
    const { object, suffix } = innerObject(inner);
    const meaning = descriptionOf(value) ?? meaningOf(steps) ?? '';
    const own = { path, type: typeText(value, titles), isOptional, standard: standardText(standard), meaning };
    if (object === null || titles.has(object)) return [own];
    return [own, ...fieldsOf(object, meaningOf, titles, `${path}${suffix}.`, steps)];
  });
}

function standardText(standard: unknown): string {
  const isEmptyObject = typeof standard === 'object' && standard !== null && Object.keys(standard).length === 0;
  return standard === undefined || isEmptyObject ? '' : code(standard);
}

/** The object whose keys are listed below the key: the value itself, or each element of a list or a map. */
function innerObject(schema: z.core.$ZodType): { object: z.ZodObject | null; suffix: string } {
  if (schema instanceof z.ZodObject) return { object: schema, suffix: '' };
  if (schema instanceof z.ZodArray) return { object: asObject(schema.element), suffix: '[]' };
  if (schema instanceof z.ZodRecord) return { object: asObject(schema.valueType), suffix: '.NAME' };
  return { object: null, suffix: '' };
}

function asObject(wrapped: z.core.$ZodType): z.ZodObject | null {
  const { schema } = unwrap(wrapped);
  return schema instanceof z.ZodObject ? schema : null;
}

function descriptionOf(schema: z.core.$ZodType): string | null {
  return z.globalRegistry.get(schema)?.description ?? null;
}

/** A table in markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

/** Looks meanings up in docstrings, by the name of the innermost object that has one. */
export function meaningsIn(docs: ReadonlyMap<string, string>, names: ReadonlyMap<z.ZodObject, string>): MeaningOf {
  return (steps) => {
    for (let at = steps.length - 1; at >= 0; at--) {
      const owner = steps[at]?.owner;
      const name = owner && names.get(owner);
      if (name === undefined) continue;
      const path = steps.slice(at).map(({ key }) => key);
      return docs.get([name, ...path].join('.')) ?? null;
    }
    return null;
  };
}

/** The names under which a module exports object schemas. */
export function namesOf(module: Readonly<Record<string, unknown>>): Map<z.ZodObject, string> {
  const names = new Map<z.ZodObject, string>();
  for (const [name, value] of Object.entries(module)) if (value instanceof z.ZodObject) names.set(value, name);
  return names;
}

/** A table of fields with their values and meanings. */
export function fieldTable(fields: readonly Field[]): string {
  if (fields.length === 0) return 'No further fields.\n';
  const rows = fields.map(({ path, type, isOptional, meaning }) => [
    `\`${path}\`${isOptional ? ', optional' : ''}`,
    type,
    meaning,
  ]);
  return table(['field', 'values', 'meaning'], rows);
}
