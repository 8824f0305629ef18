/** The names of the parameter for the longest answer. */
export type LengthField = 'max_tokens' | 'max_completion_tokens';

/** How a provider's chat completions differ from those of others. */
export interface Descriptor {
  /** The header that carries the key. */
  auth: 'bearer' | 'api-key';
  /** The parameter for the longest answer of a model. */
  lengthField(model: string): LengthField;
  /** Models that accept only their own temperature, or none. */
  fixedTemperature: RegExp | null;
  /** `ask`: the usage is sent only on request. `unasked`: it is always sent, and the request is refused. */
  usage: 'ask' | 'unasked';
  /** Fields of answers that the provider refuses to get back. All others are sent back. */
  withheld: readonly string[];
  /** Whether `response_format` with a JSON Schema has an effect. */
  hasJsonSchema: boolean;
  /** Models that cannot read images; null if none is known. A refusal of others is reported as it arrives. */
  textOnly: RegExp | null;
  /** Whether the provider reports the cost of a call in US dollars as `usage.cost`. */
  reportsCost: boolean;
}

/** OpenAI's reasoning models refuse `max_tokens`. */
const REASONING = /^(?:o\d|gpt-(?:[5-9]|\d\d))/;
const ofReasoning = (model: string): LengthField => (REASONING.test(model) ? 'max_completion_tokens' : 'max_tokens');
/** Models of OpenAI that always use the temperature 1. Later ones accept others, unless they reason. */
const OPENAI_FIXED = /^(?:o\d|gpt-5(?:-(?:mini|nano|pro|codex)|-20\d\d.*)?$)/;
/** Models of OpenAI that read only text. */
const OPENAI_TEXT = /^(?:gpt-3\.5|gpt-4(?:-\d{4}|-32k)?$|o1-mini|o3-mini)/;
/** Claude Opus since 4.7 refuses the parameter. */
const CLAUDE_FIXED = /^claude-opus-(?:4[-.](?:[7-9]|\d\d)(?!\d)|[5-9]|\d\d(?!\d))/;

/** A server of which nothing else is known: what it refuses is left out after its first refusal. */
const COMPATIBLE: Descriptor = {
  auth: 'bearer',
  lengthField: ofReasoning,
  fixedTemperature: null,
  usage: 'ask',
  withheld: [],
  hasJsonSchema: false,
  textOnly: null,
  reportsCost: false,
};
const WITH_SCHEMA: Descriptor = { ...COMPATIBLE, lengthField: () => 'max_tokens', hasJsonSchema: true };
const OPENAI: Descriptor = {
  ...WITH_SCHEMA,
  lengthField: ofReasoning,
  fixedTemperature: OPENAI_FIXED,
  textOnly: OPENAI_TEXT,
};

/** As of November 2026, by the name of the provider. */
const DESCRIPTORS: ReadonlyMap<string, Descriptor> = new Map(
  Object.entries({
    openai: OPENAI,
    azure: { ...OPENAI, auth: 'api-key' as const },
    // The compatible API of Anthropic ignores schemas.
    anthropic: { ...WITH_SCHEMA, hasJsonSchema: false, fixedTemperature: CLAUDE_FIXED },
    google: WITH_SCHEMA,
    mistral: { ...WITH_SCHEMA, usage: 'unasked' as const },
    groq: { ...WITH_SCHEMA, withheld: ['reasoning'] },
    openrouter: { ...WITH_SCHEMA, reportsCost: true },
    // DeepSeek knows JSON, but no schemas.
    deepseek: { ...WITH_SCHEMA, hasJsonSchema: false, textOnly: /./ },
    xai: { ...WITH_SCHEMA, lengthField: (): LengthField => 'max_completion_tokens' },
    nvidia: { ...WITH_SCHEMA, hasJsonSchema: false },
    together: WITH_SCHEMA,
    ollama: WITH_SCHEMA,
    lmstudio: WITH_SCHEMA,
    llamacpp: WITH_SCHEMA,
    vllm: WITH_SCHEMA,
  } satisfies Record<string, Descriptor>),
);

/** @param name of the provider; one that is not known counts as a compatible server */
export function descriptorOf({ name }: { name: string }): Descriptor {
  return DESCRIPTORS.get(name) ?? COMPATIBLE;
}

/** Whether a model may read images: only some models are known not to. */
export function readsImages({ provider, model }: { provider: string; model: string }): boolean {
  return !descriptorOf({ name: provider }).textOnly?.test(model);
}
