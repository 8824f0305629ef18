import { z } from 'zod';
import { originOf } from '../base/origin.ts';
import { serverJson } from './server-json.ts';

/** The time in ms that a server on this machine has to answer. */
const PATIENCE_MS = 2000;
/** What Ollama uses for a model that is not loaded, unless its server is configured otherwise, which it does not report. */
const OLLAMA_DEFAULT = 4096;

interface ServedModel {
  provider: string;
  baseUrl: string;
  model: string;
}

/**
 * Asks a model server on this machine for the context window that it uses for a model, in tokens. The window of a local
 * model depends on how its server was started, and some servers cut longer prompts without an error. Null if the server
 * does not say.
 */
export async function windowOfServer(served: ServedModel): Promise<number | null> {
  switch (served.provider) {
    case 'ollama':
      return windowOfOllama(served);
    case 'lmstudio':
      return windowOfLmStudio(served);
    case 'llamacpp':
      return windowOfLlamaCpp(served);
    case 'vllm':
      return windowOfVllm(served);
    default:
      return null;
  }
}

const tokens = z.int().positive();
const ps = z.object({ models: z.array(z.object({ name: z.string(), context_length: tokens })) });
const show = z.object({
  parameters: z.string().catch(''),
  model_info: z.record(z.string(), z.unknown()).catch({}),
});

async function windowOfOllama({ baseUrl, model }: ServedModel): Promise<number | null> {
  const origin = originOf(baseUrl);
  const loaded = ps.safeParse(await ask(`${origin}/api/ps`)).data?.models;
  const running = loaded?.find(({ name }) => name === model || name === `${model}:latest`);
  if (running) return running.context_length;
  const shown = show.safeParse(await ask(`${origin}/api/show`, { model })).data;
  if (shown === undefined) return null;
  const set = /^num_ctx\s+(\d+)/m.exec(shown.parameters)?.[1];
  if (set !== undefined) return Number(set);
  const most = Object.entries(shown.model_info).find(([name]) => name.endsWith('.context_length'))?.[1];
  return Math.min(OLLAMA_DEFAULT, tokens.safeParse(most).data ?? OLLAMA_DEFAULT);
}

const lmStudioModel = z.object({
  loaded_context_length: tokens.optional().catch(undefined),
  max_context_length: tokens.optional().catch(undefined),
});

async function windowOfLmStudio({ baseUrl, model }: ServedModel): Promise<number | null> {
  const found = lmStudioModel.safeParse(await ask(`${originOf(baseUrl)}/api/v0/models/${encodedPath(model)}`)).data;
  return found?.loaded_context_length ?? found?.max_context_length ?? null;
}

/** Names of models may contain slashes, which LM Studio expects as they are. */
function encodedPath(model: string): string {
  return model.split('/').map(encodeURIComponent).join('/');
}

const props = z.object({ default_generation_settings: z.object({ n_ctx: tokens }) });

async function windowOfLlamaCpp({ baseUrl }: ServedModel): Promise<number | null> {
  return props.safeParse(await ask(`${originOf(baseUrl)}/props`)).data?.default_generation_settings.n_ctx ?? null;
}

const vllmModels = z.object({ data: z.array(z.object({ id: z.string(), max_model_len: tokens })) });

async function windowOfVllm({ baseUrl, model }: ServedModel): Promise<number | null> {
  const models = vllmModels.safeParse(await ask(`${baseUrl}/models`)).data?.data;
  return models?.find(({ id }) => id === model)?.max_model_len ?? null;
}

function ask(url: string, body?: object): Promise<unknown> {
  return serverJson(url, PATIENCE_MS, body);
}
