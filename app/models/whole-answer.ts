import { z } from 'zod';
import { parseJson } from '../../shared/parse-json.ts';
import type { Chunk } from './chunk.ts';

const toolCall = z.object({
  id: z.string().optional(),
  function: z.object({ name: z.string(), arguments: z.string() }),
});
const completion = z.object({
  choices: z.tuple(
    [
      z.object({
        message: z.object({ content: z.string().nullish(), tool_calls: z.array(toolCall).nullish() }),
        finish_reason: z.string().catch('stop'),
      }),
    ],
    z.unknown(),
  ),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }).nullish(),
});

/** The answer of a server that does not stream, as the one piece of a stream; null where it is none. */
export function wholeAnswer(json: string): Chunk | null {
  const read = completion.safeParse(parseJson(json));
  if (!read.success) return null;
  const { choices, usage } = read.data;
  const { message, finish_reason } = choices[0];
  const tool_calls = message.tool_calls?.map((call, index) => ({ ...call, index }));
  return { choices: [{ delta: { content: message.content, tool_calls }, finish_reason }], usage: usage ?? null };
}
