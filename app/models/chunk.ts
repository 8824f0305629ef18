import { z } from 'zod';

/** The text of a message by kind: the answer, thoughts before it, or a refusal. */
export interface Content {
  text: string;
  thoughts: string;
  refusal: string;
}

const NOTHING: Content = { text: '', thoughts: '', refusal: '' };
const partSchema = z.object({ type: z.string(), text: z.string().optional(), refusal: z.string().optional() });
const thinkingSchema = z.union([
  z.string(),
  z.array(z.object({ text: z.string() })).transform((parts) => parts.map(({ text }) => text).join('')),
]);
/** Parts of a content, as Mistral's reasoning models and servers that translate other APIs send it. */
const contentPart = z.union([
  z
    .object({ type: z.enum(['thinking', 'reasoning']), thinking: thinkingSchema })
    .transform(({ thinking }) => ({ ...NOTHING, thoughts: thinking })),
  partSchema.transform(({ type, text = '', refusal = '' }): Content => {
    if (type === 'text' || type === 'output_text') return { ...NOTHING, text };
    if (type === 'refusal') return { ...NOTHING, refusal: refusal || text };
    return type === 'thinking' || type === 'reasoning' ? { ...NOTHING, thoughts: text } : NOTHING;
  }),
  z.unknown().transform(() => NOTHING),
]);
const contentSchema = z
  .union([
    z.string().transform((text): Content => ({ ...NOTHING, text })),
    z.array(contentPart).transform((parts): Content => {
      const joined = (of: keyof Content) => parts.map((part) => part[of]).join('');
      return { text: joined('text'), thoughts: joined('thoughts'), refusal: joined('refusal') };
    }),
  ])
  .nullish();

const words = z.string().nullish().catch(null);
/**
 * The text fields of a message. Servers name the thoughts `reasoning_content` (DeepSeek) or `reasoning` (vLLM,
 * OpenRouter); a server that sends both sends the same thoughts twice.
 */
const messageFields = { content: contentSchema, refusal: words, reasoning_content: words, reasoning: words };

/** Combines the text fields of a message. */
export function contentOf(fields: z.infer<z.ZodObject<typeof messageFields>>): Content {
  const { text, thoughts, refusal } = fields.content ?? NOTHING;
  return {
    text,
    thoughts: (fields.reasoning_content || fields.reasoning || '') + thoughts,
    refusal: (fields.refusal ?? '') + refusal,
  };
}

/** Text that is JSON; llama.cpp and others have sent the JSON itself. */
const argumentsSchema = z.union([
  z.string(),
  z.record(z.string(), z.unknown()).transform((given) => JSON.stringify(given)),
]);

const tokens = z.int().nonnegative();
const details = z.object({ cached_tokens: tokens.nullish() }).nullish().catch(null);
const cached = tokens.nullish().catch(null);
const ofCompletion = z.object({ reasoning_tokens: tokens.nullish() }).nullish().catch(null);
/**
 * The tokens of a call; `cached_tokens` are those of the prompt that the provider took from its cache. OpenAI and
 * OpenRouter count them in the details, DeepSeek as hits, servers in front of Anthropic as reads, Moonshot next to the
 * other numbers. `thought_tokens` are the tokens of thoughts, which the completion contains. `cost` is the amount that
 * OpenRouter charges, in US dollars. Null if a number is missing: tokens are then estimated.
 */
const usageSchema = z
  .object({
    prompt_tokens: tokens,
    completion_tokens: tokens,
    prompt_tokens_details: details,
    completion_tokens_details: ofCompletion,
    prompt_cache_hit_tokens: cached,
    cache_read_input_tokens: cached,
    cached_tokens: cached,
    cost: z.number().nonnegative().nullish().catch(null),
  })
  .transform((usage) => {
    const { prompt_tokens, completion_tokens } = usage;
    const hits =
      usage.prompt_tokens_details?.cached_tokens ||
      usage.prompt_cache_hit_tokens ||
      usage.cache_read_input_tokens ||
      usage.cached_tokens ||
      0;
    return {
      prompt_tokens,
      completion_tokens,
      cached_tokens: Math.min(hits, prompt_tokens),
      thought_tokens: Math.min(usage.completion_tokens_details?.reasoning_tokens ?? 0, completion_tokens),
      cost_usd: usage.cost ?? null,
    };
  })
  .nullish()
  .catch(null);

const idSchema = z.string().nullish().catch(null);
const json = z.json();

const piece = z
  .object({
    index: z.int().nullish().catch(null),
    id: idSchema,
    type: z.unknown().optional(),
    function: z.object({ name: z.string().nullish(), arguments: argumentsSchema.nullish() }).catchall(json).nullish(),
  })
  .catchall(json);

const delta = z.object({ ...messageFields, tool_calls: z.array(piece).nullish() }).catchall(json);

/**
 * A piece of a streamed answer, with the fields that are read, as defined by OpenAI's chat completions. Compatible
 * servers sometimes omit almost any field. Unknown fields of a message and of its tool calls are kept.
 */
export const chunkSchema = z.object({
  choices: z.array(z.object({ delta: delta.nullish(), finish_reason: z.string().nullish() })).nullish(),
  usage: usageSchema,
  error: z.unknown().optional(),
  object: z.unknown().optional(),
});
export type Chunk = z.infer<typeof chunkSchema>;
export type ToolCallPiece = z.infer<typeof piece>;

/** Servers send an error when they abort an answer, or instead of an answer. Some (vLLM) mark it with `object`. */
export function isError(chunk: Chunk | undefined): boolean {
  return Boolean(chunk?.error) || chunk?.object === 'error';
}
