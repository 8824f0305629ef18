import { z } from 'zod';

/**
 * The maximum number of objects and arrays in a schema. A larger schema takes seconds to compile, and no model
 * satisfies it.
 */
const MAX_PARTS = 10_000;

/** Returns the validator of a task's `output_schema`. Throws if the schema is not a usable JSON Schema. */
export function validatorOf(schema: unknown): z.ZodType {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw new Error('it is not an object');
  if (hasMoreParts(schema, MAX_PARTS)) throw new Error(`it has more than ${MAX_PARTS} parts`);
  // Any object passes as a JSON Schema here; the library validates its content.
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
}

/** Returns the reason why a task's `output_schema` cannot be used, or null. */
export function unusableSchema(schema: unknown): string | null {
  if (schema === undefined) return null;
  try {
    validatorOf(schema);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether a value contains more than `limit` objects and arrays. */
function hasMoreParts(value: object, limit: number): boolean {
  const left: unknown[] = [value];
  for (let parts = 0; left.length > 0; ) {
    const next = left.pop();
    if (typeof next !== 'object' || next === null) continue;
    parts += 1;
    if (parts > limit) return true;
    for (const part of Object.values(next)) left.push(part);
  }
  return false;
}
