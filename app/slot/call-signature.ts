import { parseJson } from '../../shared/parse-json.ts';
import type { AssistantMessage } from '../../shared/slot/protocol.ts';

/** A tool call as a model writes it. */
export type Call = NonNullable<AssistantMessage['tool_calls']>[number];

/** The same text for calls of the same tool with the same arguments, however these are written. */
export function signatureOf({ function: { name, arguments: args } }: Call): string {
  return `${name} ${canonical(parseCallArguments(args))}`;
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
}

/** The arguments of a call; undefined if they are not JSON. Some models write nothing if there are none. */
export function parseCallArguments(text: string): unknown {
  return text.trim() === '' ? {} : parseJson(text);
}
