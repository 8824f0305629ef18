import { z } from 'zod';
import { parseJson } from '../../shared/parse-json.ts';
import { unusableSchema, validatorOf } from '../../shared/project/output-schema.ts';
import type { Failure } from '../../shared/run/error-kind.ts';
import { type AnswerCheck, outputFailure } from './answer-check.ts';
import { withoutFence } from './json.ts';

/** How often an answer that does not meet its schema is sent back. */
const REPAIRS = 2;

/** A task's prompt with the schema that its answer has to meet. */
export function withSchema(prompt: string, schema: unknown): string {
  if (schema === undefined) return prompt;
  const text = JSON.stringify(schema, null, 2);
  return `${prompt}\n\n## JSON Schema\n\nAnswer with JSON alone that meets this schema:\n\n\`\`\`json\n${text}\n\`\`\``;
}

/** That the answer meets the task's `output_schema`. */
export function schemaCheck(schema: unknown): AnswerCheck {
  return {
    what: 'schema',
    tries: REPAIRS,
    check: (text) => {
      const detail = complaintAbout(schema, text);
      if (detail === null) return { status: 'met', text: withoutFence(text) };
      const told = `Your answer does not meet the JSON Schema: ${detail}. Answer again, with JSON alone.`;
      return { status: 'unmet', detail, told };
    },
    refuse: (detail) => outputFailure(`The answer does not meet output_schema: ${detail}`),
  };
}

/** Why a schema cannot be used, or null: said before anything is asked for its sake. */
export function schemaProblem(schema: unknown): Failure | null {
  const why = unusableSchema(schema);
  return why === null ? null : { kind: 'output', message: `The task's output_schema cannot be used: ${why}` };
}

function complaintAbout(schema: unknown, text: string): string | null {
  const value = parseJson(withoutFence(text));
  if (value === undefined) return 'it is not JSON';
  const parsed = validatorOf(schema).safeParse(value);
  return parsed.success ? null : z.prettifyError(parsed.error);
}
