import { z } from 'zod';
import { fileOf } from './link.ts';
import { type Crew, crewSchema } from './schema.ts';

/**
 * Returns the text of a crew file: two-space indent, keys in the order of the schema, no defaults. Equal crews give
 * equal texts, and reading the text gives an equal crew. The crew files that tasks run are not part of it.
 */
export function serializeCrew(crew: Crew): string {
  return `${JSON.stringify(withoutDefaults(crewSchema, fileOf(crew)), null, 2)}\n`;
}

/** Returns `value`, which `schema` has parsed, without defaults and with its keys in the schema's order. */
function withoutDefaults(schema: z.core.$ZodType, value: unknown): unknown {
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject && isRecord(value)) return objectWithoutDefaults(inner, value);
  if (inner instanceof z.ZodArray && Array.isArray(value)) {
    return value.map((element: unknown) => withoutDefaults(inner.element, element));
  }
  if (inner instanceof z.ZodRecord && isRecord(value)) {
    return mapValues(value, (element) => withoutDefaults(inner.valueType, element));
  }
  if (inner instanceof z.ZodUnion) {
    const branch = inner.options.find((option) => z.safeParse(option, value).success);
    return branch ? withoutDefaults(branch, value) : value;
  }
  return value;
}

function objectWithoutDefaults(schema: z.ZodObject, value: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(schema.shape)) {
    const given = value[key];
    if (given === undefined) continue;
    const kept = withoutDefaults(field, given);
    if (!isDefault(field, kept)) result[key] = kept;
  }
  return result;
}

/** Whether a key can be omitted because it has its default value. */
function isDefault(field: z.core.$ZodType, kept: unknown): boolean {
  if (field instanceof z.ZodPrefault) return isRecord(kept) && Object.keys(kept).length === 0;
  if (!(field instanceof z.ZodDefault)) return false;
  return JSON.stringify(field.def.defaultValue) === JSON.stringify(kept);
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  const wrapped = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional;
  return wrapped ? unwrap(schema.def.innerType) : schema;
}

function mapValues(record: Record<string, unknown>, map: (value: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
