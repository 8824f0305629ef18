import { z } from 'zod';
import { validatorOf } from '../../shared/crew/output-schema.ts';
import { memoized } from '../../shared/memoized.ts';
import { withOwnNames } from '../../shared/tools/argument-aliases.ts';
import type { ToolDefinition } from '../../shared/tools/definition.ts';
import type { ToolResult } from './tool.ts';

/** The maximum number of characters of a schema in an answer. The description of the tool contains the whole schema. */
const MAX_SCHEMA = 2000;

/**
 * Checks the arguments of a call against the `parameters` of its tool. An optional argument that is null counts as
 * missing, because some models send every argument. If they are invalid, returns an answer with the schema.
 */
export function checkedArguments(
  definition: ToolDefinition,
  args: unknown,
): { ok: true; value: unknown } | { ok: false; result: ToolResult } {
  const validator = validatorFor(definition);
  for (const value of [args, withOwnNames(args)]) if (validator.safeParse(value).success) return { ok: true, value };
  const { error } = validator.safeParse(withOwnNames(args));
  const what = error === undefined ? '' : z.prettifyError(error).replaceAll(/\s*\n\s*/g, ' ');
  const schema = JSON.stringify(definition.parameters);
  const shown = schema.length > MAX_SCHEMA ? `${schema.slice(0, MAX_SCHEMA)}…` : schema;
  return {
    ok: false,
    result: { ok: false, text: `The arguments of ${definition.name} are invalid: ${what}. Its parameters: ${shown}` },
  };
}

const validatorFor = memoized(({ parameters }: ToolDefinition) => validatorOf(parameters));
