/** A known model provider. All providers are called through OpenAI's chat completions API. */
export interface Provider {
  name: string;
  title: string;
  /** Other names of it in `"provider/model"`, as other frameworks write them. */
  aliases: readonly string[];
  /** Null if a person sets it (`azure`, `openai_compatible`), or it is known only after the start (`rehearsal`). */
  baseUrl: string | null;
  needsKey: boolean;
  /** The environment variable in which the provider's own tools look for the key. */
  keyVariable: string | null;
  /** Whether the provider runs on this machine, so that discovery requests its models. */
  local: boolean;
  defaultModel: string | null;
  /** Whether names of its models contain slashes, so that `google/gemini` is a model of it. */
  hasSlashes: boolean;
  /** The page on which a person pays; null if there is none. */
  billingUrl: string | null;
}

export const REHEARSAL = 'rehearsal';
export const REHEARSAL_MODEL = 'rehearsal-1';
export const COMPATIBLE = 'openai_compatible';

const NOTHING: Omit<Provider, 'name' | 'title'> = {
  aliases: [],
  baseUrl: null,
  needsKey: false,
  keyVariable: null,
  local: false,
  defaultModel: null,
  hasSlashes: false,
  billingUrl: null,
};

interface Hosted extends Partial<Provider> {
  keyVariable: string;
  billingUrl: string;
}
const hosted = (name: string, title: string, baseUrl: string | null, more: Hosted): Provider => {
  return { ...NOTHING, name, title, baseUrl, needsKey: true, ...more };
};
const local = (name: string, title: string, port: number): Provider => {
  // Their models are named as on the hub that they come from, such as `openai/gpt-oss-20b`.
  return { ...NOTHING, name, title, baseUrl: `http://127.0.0.1:${port}/v1`, local: true, hasSlashes: true };
};

/** As of November 2026. */
export const PROVIDERS: readonly Provider[] = [
  { ...NOTHING, name: REHEARSAL, title: 'Rehearsal', defaultModel: REHEARSAL_MODEL },
  hosted('openai', 'OpenAI', 'https://api.openai.com/v1', {
    keyVariable: 'OPENAI_API_KEY',
    defaultModel: 'gpt-4.1-mini',
    billingUrl: 'https://platform.openai.com/settings/organization/billing',
  }),
  hosted('azure', 'Azure OpenAI', null, {
    aliases: ['azure_openai'],
    keyVariable: 'AZURE_OPENAI_API_KEY',
    billingUrl: 'https://portal.azure.com/#view/Microsoft_Azure_GTM/Billing',
  }),
  hosted('anthropic', 'Anthropic', 'https://api.anthropic.com/v1', {
    keyVariable: 'ANTHROPIC_API_KEY',
    billingUrl: 'https://platform.claude.com/settings/billing',
  }),
  hosted('google', 'Google Gemini', 'https://generativelanguage.googleapis.com/v1beta/openai', {
    aliases: ['gemini'],
    keyVariable: 'GEMINI_API_KEY',
    billingUrl: 'https://aistudio.google.com/usage',
  }),
  hosted('mistral', 'Mistral', 'https://api.mistral.ai/v1', {
    keyVariable: 'MISTRAL_API_KEY',
    billingUrl: 'https://admin.mistral.ai/organization/billing',
  }),
  hosted('groq', 'Groq', 'https://api.groq.com/openai/v1', {
    keyVariable: 'GROQ_API_KEY',
    hasSlashes: true,
    billingUrl: 'https://console.groq.com/settings/billing',
  }),
  hosted('openrouter', 'OpenRouter', 'https://openrouter.ai/api/v1', {
    keyVariable: 'OPENROUTER_API_KEY',
    hasSlashes: true,
    billingUrl: 'https://openrouter.ai/settings/credits',
  }),
  hosted('deepseek', 'DeepSeek', 'https://api.deepseek.com/v1', {
    keyVariable: 'DEEPSEEK_API_KEY',
    billingUrl: 'https://platform.deepseek.com/top_up',
  }),
  hosted('xai', 'xAI', 'https://api.x.ai/v1', {
    keyVariable: 'XAI_API_KEY',
    billingUrl: 'https://console.x.ai',
  }),
  hosted('nvidia', 'NVIDIA', 'https://integrate.api.nvidia.com/v1', {
    aliases: ['nvidia_nim'],
    keyVariable: 'NVIDIA_API_KEY',
    hasSlashes: true,
    billingUrl: 'https://build.nvidia.com',
  }),
  hosted('together', 'Together AI', 'https://api.together.xyz/v1', {
    aliases: ['together_ai'],
    keyVariable: 'TOGETHER_API_KEY',
    hasSlashes: true,
    billingUrl: 'https://api.together.ai/settings/billing',
  }),
  local('ollama', 'Ollama', 11_434),
  local('lmstudio', 'LM Studio', 1234),
  local('llamacpp', 'llama.cpp', 8080),
  local('vllm', 'vLLM', 8000),
  {
    ...NOTHING,
    name: COMPATIBLE,
    title: 'OpenAI-compatible server',
    keyVariable: 'OPENAI_API_KEY',
    hasSlashes: true,
  },
];

export function findProvider(name: string): Provider | null {
  return PROVIDERS.find((provider) => provider.name === name) ?? null;
}
