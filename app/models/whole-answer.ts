import { z } from 'zod';
import { argumentsSchema, type Chunk, extraSchema, idSchema, saidFields, usageSchema } from './chunk.ts';

const toolCall = z.object({
  id: idSchema,
  extra_content: extraSchema,
  function: z.object({ name: z.string(), arguments: argumentsSchema }),
});
const completion = z.object({
  choices: z.tuple(
    [
      z.object({
        message: z.object({ ...saidFields, tool_calls: z.array(toolCall).nullish() }),
        finish_reason: z.string().catch('stop'),
      }),
    ],
    z.unknown(),
  ),
  usage: usageSchema,
});

/** Converts the answer of a server that does not stream to a single stream chunk; null if it is not an answer. */
export function wholeAnswer(json: unknown): Chunk | null {
  const read = completion.safeParse(json);
  if (!read.success) return null;
  const { choices, usage } = read.data;
  const { message, finish_reason } = choices[0];
  const tool_calls = message.tool_calls?.map((call, index) => ({ ...call, index }));
  return { choices: [{ delta: { ...message, tool_calls }, finish_reason }], usage };
}
