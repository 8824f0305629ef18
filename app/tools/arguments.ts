import { z } from 'zod';
import type { Parameters, ToolResult } from './tool.ts';

/** Returns the JSON Schema of a tool's arguments for a model. */
export function parametersOf(schema: z.ZodType): Parameters {
  const { $schema: _dialect, ...parameters } = z.toJSONSchema(schema, { io: 'input' });
  return parameters;
}

/** Parses the arguments of a tool, or returns an answer that reports the problem. */
export function readArguments<T>(
  schema: z.ZodType<T>,
  args: unknown,
): { ok: true; value: T } | { ok: false; result: ToolResult } {
  const parsed = schema.safeParse(args);
  if (parsed.success) return { ok: true, value: parsed.data };
  return { ok: false, result: { ok: false, text: `The arguments are invalid: ${z.prettifyError(parsed.error)}` } };
}
