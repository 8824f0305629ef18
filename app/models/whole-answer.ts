import type OpenAI from 'openai';
import { z } from 'zod';

const toolCall = z.object({
  id: z.string().optional(),
  function: z.object({ name: z.string(), arguments: z.string() }),
});
const completion = z.object({
  choices: z.tuple(
    [
      z.object({
        message: z.object({ content: z.string().nullish(), tool_calls: z.array(toolCall).nullish() }),
        finish_reason: z.enum(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']).catch('stop'),
      }),
    ],
    z.unknown(),
  ),
  usage: z.object({ prompt_tokens: z.int(), completion_tokens: z.int() }).nullish(),
});

/** The answer of a server that does not stream, as the one piece of a stream; null where it is none. */
export function wholeAnswer(json: string): OpenAI.Chat.ChatCompletionChunk | null {
  const read = completion.safeParse(parsed(json));
  if (!read.success) return null;
  const { choices, usage } = read.data;
  const { message, finish_reason } = choices[0];
  const tool_calls = (message.tool_calls ?? []).map(({ id, function: called }, index) => {
    return { index, type: 'function' as const, function: called, ...(id === undefined ? {} : { id }) };
  });
  const delta = { content: message.content ?? null, tool_calls };
  return {
    id: '',
    object: 'chat.completion.chunk',
    created: 0,
    model: '',
    choices: [{ index: 0, delta, finish_reason }],
    ...(usage ? { usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens } } : {}),
  };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
