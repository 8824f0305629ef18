import { z } from 'zod';
import { unusableSchema, validatorOf } from '../../shared/project/output-schema.ts';
import type { Failure } from '../../shared/run/error-kind.ts';
import type { Conversing } from './converse.ts';

/** A task's prompt with the schema that its answer has to meet. */
export function withSchema(prompt: string, schema: unknown): string {
  if (schema === undefined) return prompt;
  const text = JSON.stringify(schema, null, 2);
  return `${prompt}\n\n## JSON Schema\n\nAnswer with JSON alone that meets this schema:\n\n\`\`\`json\n${text}\n\`\`\``;
}

/** What is wrong with an answer by its schema, or null. Each check is told as an event; `repaired`: of an answer that was sent back. */
export function checkOutput({ schema, port }: Conversing, text: string, repaired: boolean): string | null {
  if (schema === undefined) return null;
  const complaint = complaintAbout(schema, text);
  port.event({
    type: 'check',
    what: repaired ? 'repair' : 'schema',
    passed: complaint === null,
    ...(complaint === null ? {} : { detail: complaint }),
  });
  return complaint;
}

/** Why a schema cannot be used, or null: said before anything is asked for its sake. */
export function schemaProblem(schema: unknown): Failure | null {
  const why = unusableSchema(schema);
  return why === null ? null : { kind: 'output', message: `The task's output_schema cannot be used: ${why}` };
}

function complaintAbout(schema: unknown, text: string): string | null {
  const json = parse(withoutFence(text));
  if (!json.ok) return 'it is not JSON';
  const parsed = validatorOf(schema).safeParse(json.value);
  return parsed.success ? null : z.prettifyError(parsed.error);
}

/** Models like to fence their JSON. */
export function withoutFence(text: string): string {
  return /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text)?.[1] ?? text;
}

function parse(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}
