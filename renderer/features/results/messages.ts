import { z } from 'zod';
import { printable } from '../../../shared/printable.ts';

const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const content = z
  .union([z.string(), z.array(part), z.null()])
  .optional()
  .transform((value) => (Array.isArray(value) ? value.map(({ text = '' }) => text).join('') : (value ?? '')));

/** A message to or from a model, reduced to the fields that are shown. */
const messageSchema = z.looseObject({
  role: z.string(),
  content,
  thoughts: z.string().optional(),
  tool_calls: z.array(z.unknown()).optional(),
});
export interface Message {
  role: string;
  content: string;
}

/**
 * The messages in a blob of a model call: what was sent (a list) or what was answered (one message). Thoughts are a message
 * of their own before the answer that they led to. Null if the blob contains no message.
 */
export function messagesIn(text: string): Message[] | null {
  const parsed = z.union([z.array(messageSchema), messageSchema.transform((one) => [one])]).safeParse(parseJson(text));
  return parsed.success ? parsed.data.flatMap(shown) : null;
}

function shown({ role, content: text, thoughts = '', tool_calls = [] }: z.infer<typeof messageSchema>): Message[] {
  const message = { role, content: printable(text) };
  if (thoughts === '') return [message];
  const hasAnswer = text !== '' || tool_calls.length > 0;
  return [{ role: 'thoughts', content: printable(thoughts) }, ...(hasAnswer ? [message] : [])];
}

const toolSchema = z.looseObject({ arguments: z.unknown(), answer: z.unknown() });

/** The arguments and the answer of a tool call, each as text. */
export function toolCallIn(text: string): { given: string; answer: string } {
  const parsed = toolSchema.safeParse(parseJson(text));
  return parsed.success
    ? { given: printable(asText(parsed.data.arguments)), answer: printable(asText(parsed.data.answer)) }
    : { given: '', answer: printable(text) };
}

function asText(value: unknown): string {
  if (typeof value !== 'string') return value === undefined ? '' : JSON.stringify(value, null, 2);
  const inner = parseJson(value);
  return inner !== null && typeof inner === 'object' ? JSON.stringify(inner, null, 2) : value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
