/** A known model provider. All providers are called through OpenAI's chat completions API. */
export interface Provider {
  name: string;
  title: string;
  /** Null if a person sets it (`openai_compatible`), or it is known only after the start (`rehearsal`). */
  baseUrl: string | null;
  needsKey: boolean;
  /** The environment variable in which the provider's own tools look for the key. */
  keyVariable: string | null;
  /** Whether the provider runs on this machine, so that discovery requests its models. */
  local: boolean;
  defaultModel: string | null;
}

export const REHEARSAL = 'rehearsal';
export const REHEARSAL_MODEL = 'rehearsal-1';
export const COMPATIBLE = 'openai_compatible';

const hosted = (
  name: string,
  title: string,
  baseUrl: string,
  keyVariable: string,
  defaultModel: string | null,
): Provider => {
  return { name, title, baseUrl, needsKey: true, keyVariable, local: false, defaultModel };
};
const local = (name: string, title: string, port: number): Provider => {
  return {
    name,
    title,
    baseUrl: `http://127.0.0.1:${port}/v1`,
    needsKey: false,
    keyVariable: null,
    local: true,
    defaultModel: null,
  };
};

/** As of November 2026. */
export const PROVIDERS: readonly Provider[] = [
  {
    name: REHEARSAL,
    title: 'Rehearsal',
    baseUrl: null,
    needsKey: false,
    keyVariable: null,
    local: false,
    defaultModel: REHEARSAL_MODEL,
  },
  hosted('openai', 'OpenAI', 'https://api.openai.com/v1', 'OPENAI_API_KEY', 'gpt-4.1-mini'),
  hosted('anthropic', 'Anthropic', 'https://api.anthropic.com/v1', 'ANTHROPIC_API_KEY', null),
  hosted('google', 'Google Gemini', 'https://generativelanguage.googleapis.com/v1beta/openai', 'GEMINI_API_KEY', null),
  hosted('mistral', 'Mistral', 'https://api.mistral.ai/v1', 'MISTRAL_API_KEY', null),
  hosted('groq', 'Groq', 'https://api.groq.com/openai/v1', 'GROQ_API_KEY', null),
  hosted('openrouter', 'OpenRouter', 'https://openrouter.ai/api/v1', 'OPENROUTER_API_KEY', null),
  hosted('deepseek', 'DeepSeek', 'https://api.deepseek.com/v1', 'DEEPSEEK_API_KEY', null),
  local('ollama', 'Ollama', 11_434),
  local('lmstudio', 'LM Studio', 1234),
  local('llamacpp', 'llama.cpp', 8080),
  local('vllm', 'vLLM', 8000),
  {
    name: COMPATIBLE,
    title: 'OpenAI-compatible server',
    baseUrl: null,
    needsKey: false,
    keyVariable: 'OPENAI_API_KEY',
    local: false,
    defaultModel: null,
  },
];

export function findProvider(name: string): Provider | null {
  return PROVIDERS.find((provider) => provider.name === name) ?? null;
}

/** The origin that a key belongs to, `https://api.openai.com`. */
export function originOf(baseUrl: string): string {
  return new URL(baseUrl).origin;
}
