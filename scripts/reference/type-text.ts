import { z } from 'zod';

/** A schema without the wrappers that make it optional, nullable or give it a default. */
export interface Unwrapped {
  schema: z.core.$ZodType;
  isOptional: boolean;
  isNullable: boolean;
  /** What reading fills in if the key is missing; undefined if nothing. */
  standard: unknown;
}

export function unwrap(schema: z.core.$ZodType): Unwrapped {
  const found: Unwrapped = { schema, isOptional: false, isNullable: false, standard: undefined };
  for (;;) {
    const { schema: current } = found;
    if (current instanceof z.ZodOptional) found.isOptional = true;
    else if (current instanceof z.ZodNullable) found.isNullable = true;
    else if (current instanceof z.ZodDefault || current instanceof z.ZodPrefault) {
      found.isOptional = true;
      found.standard = current.def.defaultValue;
    } else return found;
    found.schema = current.def.innerType;
  }
}

/** The titles of the sections that list the fields of a schema. */
export type Titles = ReadonlyMap<z.core.$ZodType, string>;

/**
 * What values a schema allows, in words and code for a cell of a markdown table: `integer, 1 to 64`. A schema with a title
 * is a link to its section.
 */
export function typeText(wrapped: z.core.$ZodType, titles: Titles): string {
  const { schema, isNullable } = unwrap(wrapped);
  return isNullable ? `${plainType(schema, titles)} or \`null\`` : plainType(schema, titles);
}

function plainType(schema: z.core.$ZodType, titles: Titles): string {
  const title = titles.get(schema);
  if (title !== undefined) return `[${title}](#${title.toLowerCase().replaceAll(' ', '-')})`;
  if (schema instanceof z.ZodEnum) return schema.options.map(code).join(', ');
  if (schema instanceof z.ZodLiteral) return [...schema.def.values].map(code).join(', ');
  if (schema instanceof z.ZodNumber) return numberText(schema);
  if (schema instanceof z.ZodBoolean) return '`true`, `false`';
  if (schema instanceof z.ZodString || schema instanceof z.ZodStringFormat) return stringText(schema);
  if (schema instanceof z.ZodArray) return `list: ${plainType(unwrap(schema.element).schema, titles)}`;
  if (schema instanceof z.ZodTuple) return `list of ${schema.def.items.length}: ${plainType(firstOf(schema), titles)}`;
  if (schema instanceof z.ZodRecord) return `object by name: ${plainType(unwrap(schema.valueType).schema, titles)}`;
  if (schema instanceof z.ZodObject) return 'object';
  if (schema instanceof z.ZodUnion) return schema.options.map((option) => variantText(option, titles)).join(' or ');
  if (schema instanceof z.ZodLazy || schema instanceof z.ZodUnknown) return 'JSON';
  throw new Error(`The reference pages have no text for schemas of the type ${schema._zod.def.type}.`);
}

function firstOf(tuple: z.ZodTuple): z.core.$ZodType {
  const [first] = tuple.def.items;
  if (first === undefined) throw new Error('A tuple has no items.');
  return first;
}

/** A variant of a union on one line: `{ check: "length", min?, max? }`. */
function variantText(option: z.core.$ZodType, titles: Titles): string {
  const { schema } = unwrap(option);
  if (schema instanceof z.ZodUnion) return plainType(schema, titles);
  if (!(schema instanceof z.ZodObject)) return plainType(schema, titles);
  return `\`{ ${Object.entries(schema.shape).map(keyText).join(', ')} }\``;
}

function keyText([key, value]: [string, z.core.$ZodType]): string {
  const { schema, isOptional } = unwrap(value);
  if (schema instanceof z.ZodLiteral)
    return `${key}: ${[...schema.def.values].map((one) => JSON.stringify(one)).join(' | ')}`;
  if (schema instanceof z.ZodObject)
    return `${key}${isOptional ? '?' : ''}: { ${Object.entries(schema.shape).map(keyText).join(', ')} }`;
  return isOptional ? `${key}?` : key;
}

function stringText(schema: z.ZodString | z.ZodStringFormat): string {
  const { format, pattern, minLength } = z.toJSONSchema(schema, { io: 'input' });
  if (format === 'uri') return 'URL';
  if (typeof pattern === 'string') return `text that matches \`${pattern}\``;
  return minLength === 1 ? 'text, not empty' : 'text';
}

function numberText(schema: z.ZodNumber): string {
  const { type, minimum, maximum, exclusiveMinimum: above } = z.toJSONSchema(schema, { io: 'input' });
  const min = minimum === Number.MIN_SAFE_INTEGER ? undefined : minimum;
  const max = maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum;
  const noun = type === 'integer' ? 'integer' : 'number';
  if (typeof above === 'number') return `${noun}, above ${above}`;
  if (min !== undefined && max !== undefined) return `${noun}, ${grouped(min)} to ${grouped(max)}`;
  return min === undefined ? noun : `${noun}, at least ${grouped(min)}`;
}

function grouped(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** A value as code. */
export function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}
