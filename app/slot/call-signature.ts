import { parseJson } from '../../shared/parse-json.ts';
import type { AssistantMessage } from '../../shared/slot/message.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { repairedJson } from '../models/repaired-json.ts';

/** A tool call as a model writes it. */
export type Call = NonNullable<AssistantMessage['tool_calls']>[number];

/** Returns the same text for calls of the same tool with the same arguments, regardless of their notation. */
export function signatureOf({ function: { name, arguments: args } }: Call): string {
  return `${name} ${canonicalJson(parseCallArguments(args))}`;
}

/** Returns the arguments of a call, with mistakes corrected; undefined if they are not JSON. Some models write nothing if there are none. */
export function parseCallArguments(text: string): unknown {
  return text.trim() === '' ? {} : (parseJson(text) ?? repairedJson(text));
}
