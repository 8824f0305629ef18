import type { ClientOptions, OpenAI } from 'openai';
import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import { completionsUrl } from './endpoint.ts';

/** The longest time that a timer of Node can wait, in ms. The engine has the deadline of a call. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;
/** The package requires a key. The real one is in the headers of the request, if there is one. */
const IN_HEADERS = 'in-the-headers';

/** Loads the package. A slot does so before its first turn. */
export function loadPackage(): Promise<typeof import('openai')> {
  return import('openai');
}

/**
 * Returns a client of the package for a model. It neither retries nor reads the environment, and `fetch` makes its
 * requests, with headers of our own.
 */
export function clientOf(
  openai: typeof import('openai'),
  access: ModelAccess,
  fetch: NonNullable<ClientOptions['fetch']>,
): OpenAI {
  const { baseURL, query } = completionsUrl(access);
  return new openai.OpenAI({
    apiKey: IN_HEADERS,
    baseURL,
    defaultQuery: query,
    fetch,
    maxRetries: 0,
    timeout: NO_TIMEOUT_MS,
    logLevel: 'off',
    // Without these, the package reads variables of the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
  });
}
