import { z } from 'zod';

const completion = z.looseObject({
  choices: z.tuple(
    [
      z.object({
        message: z.looseObject({ tool_calls: z.array(z.looseObject({})).nullish() }),
        finish_reason: z.string().catch('stop'),
      }),
    ],
    z.unknown(),
  ),
});

/**
 * Converts the answer of a server that does not stream to the chunk of a stream; null if it is not an answer. Its fields
 * are checked like those of every chunk.
 */
export function wholeAnswer(json: unknown): object | null {
  const read = completion.safeParse(json);
  if (!read.success) return null;
  const { choices, ...rest } = read.data;
  const { message, finish_reason } = choices[0];
  const tool_calls = message.tool_calls?.map((call, index) => ({ ...call, index }));
  return { ...rest, choices: [{ delta: { ...message, tool_calls }, finish_reason }] };
}
