import { z } from 'zod';

const piece = z.object({
  index: z.int().nullish(),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

/**
 * A piece of a streamed answer, as far as it is read, by the reference of OpenAI's chat completions. Servers that say they
 * are compatible leave nearly everything out now and then, and put an `error` where they break an answer off.
 */
export const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish(), tool_calls: z.array(piece).nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }).nullish().catch(null),
  error: z.unknown().optional(),
});
export type Chunk = z.infer<typeof chunkSchema>;
export type ToolCallPiece = z.infer<typeof piece>;
