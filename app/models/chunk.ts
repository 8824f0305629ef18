import { z } from 'zod';

const textPart = z
  .object({ type: z.literal('text'), text: z.string() })
  .transform(({ text }) => text)
  .catch('');
/** Text, or a list of parts, as Mistral's reasoning models send it: what they think is no part of the answer. */
export const contentSchema = z.union([z.string(), z.array(textPart).transform((parts) => parts.join(''))]).nullish();

/** Text that is JSON; llama.cpp and others have sent the JSON itself. */
export const argumentsSchema = z.union([
  z.string(),
  z.record(z.string(), z.unknown()).transform((given) => JSON.stringify(given)),
]);

const tokens = z.int().nonnegative();
/** Null where it is none, or leaves a number out: then tokens are estimated. */
export const usageSchema = z.object({ prompt_tokens: tokens, completion_tokens: tokens }).nullish().catch(null);

export const idSchema = z.string().nullish().catch(null);

const piece = z.object({
  index: z.int().nullish().catch(null),
  id: idSchema,
  function: z.object({ name: z.string().nullish(), arguments: argumentsSchema.nullish() }).nullish(),
});

/**
 * A piece of a streamed answer, as far as it is read, by the reference of OpenAI's chat completions. Servers that say they
 * are compatible leave nearly everything out now and then.
 */
export const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: contentSchema, tool_calls: z.array(piece).nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: usageSchema,
  error: z.unknown().optional(),
  object: z.unknown().optional(),
});
export type Chunk = z.infer<typeof chunkSchema>;
export type ToolCallPiece = z.infer<typeof piece>;

/** Servers put an error where they break an answer off, or in place of one; some (vLLM) say so by its `object`. */
export function isError(chunk: Chunk | undefined): boolean {
  return Boolean(chunk?.error) || chunk?.object === 'error';
}
