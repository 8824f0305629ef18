import { z } from 'zod';
import { printable } from '../../shared/printable.ts';

const part = z.looseObject({ type: z.string(), text: z.string().optional() });
const content = z
  .union([z.string(), z.array(part), z.null()])
  .optional()
  .transform((value) => (Array.isArray(value) ? value.map(({ text = '' }) => text).join('') : (value ?? '')));

/** A message as it was sent to a model, or came from it; only what is shown. */
const messageSchema = z.looseObject({ role: z.string(), content });
export interface Message {
  role: string;
  content: string;
}

/** The messages in a blob of a model call: what was sent (a list) or what came (one). Null: it holds none. */
export function messagesIn(text: string): Message[] | null {
  const parsed = z.union([z.array(messageSchema), messageSchema.transform((one) => [one])]).safeParse(parseJson(text));
  return parsed.success ? parsed.data.map(({ role, content: said }) => ({ role, content: printable(said) })) : null;
}

const toolSchema = z.looseObject({ arguments: z.unknown(), answer: z.unknown() });

/** What a tool was given and what it answered, each as text. */
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
