import { z } from 'zod';
import { PROVIDERS, type Provider } from '../../shared/crew/providers.ts';
import { serverJson } from './server-json.ts';

/** The time in ms that a local server has to answer. */
const PATIENCE_MS = 800;

export interface LocalServer {
  provider: Provider;
  /** The models that the server lists. */
  models: string[];
}

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Returns the model servers that run on this machine now. */
export async function findLocalServers(providers: readonly Provider[] = PROVIDERS): Promise<LocalServer[]> {
  const found = await Promise.all(providers.filter(({ local }) => local).map(ask));
  return found.filter((server) => server !== null);
}

async function ask(provider: Provider): Promise<LocalServer | null> {
  const models = modelsSchema.safeParse(await serverJson(`${provider.baseUrl}/models`, PATIENCE_MS));
  return models.success ? { provider, models: models.data.data.map(({ id }) => id) } : null;
}
