import { z } from 'zod';

/** What checks answers by a task's `output_schema`. Throws where it is no JSON Schema that can be used. */
export function validatorOf(schema: unknown): z.ZodType {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw new Error('it is not an object');
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
