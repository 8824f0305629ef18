import { z } from 'zod';

/** A schema with more objects and lists than this is refused: it takes seconds to prepare, and no model meets it. */
const MAX_PARTS = 10_000;

/** Returns the validator of a task's `output_schema`. Throws if that is not a JSON Schema that can be used. */
export function validatorOf(schema: unknown): z.ZodType {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw new Error('it is not an object');
  if (hasMoreParts(schema, MAX_PARTS)) throw new Error(`it has more than ${MAX_PARTS} parts`);
  // A JSON Schema is any object here: what it says is checked by the library.
  return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
}

/** Why a task's `output_schema` cannot be used, or null. */
export function unusableSchema(schema: unknown): string | null {
  if (schema === undefined) return null;
  try {
    validatorOf(schema);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether a value consists of more than `limit` objects and lists. */
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
