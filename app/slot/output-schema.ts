import { z } from 'zod';
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

function complaintAbout(schema: unknown, text: string): string | null {
  const json = parse(text);
  if (!json.ok) return 'it is not JSON';
  if (typeof schema !== 'object' || schema === null) return null;
  // A JSON Schema is any object here: what it says is checked by the library.
  const parsed = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(json.value);
  return parsed.success ? null : z.prettifyError(parsed.error);
}

/** Models like to fence their JSON. */
function parse(text: string): { ok: true; value: unknown } | { ok: false } {
  const bare = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/.exec(text)?.[1] ?? text;
  try {
    return { ok: true, value: JSON.parse(bare) };
  } catch {
    return { ok: false };
  }
}
