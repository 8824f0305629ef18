import { setTimeout as delay } from 'node:timers/promises';
import type { SearchProvider } from '../../../shared/crew/web-search.ts';
import type { WebClient } from '../../network/web-client.ts';
import { DUCKDUCKGO, WIKIPEDIA } from './duckduckgo.ts';
import { fittingResults } from './fitting-results.ts';
import { BRAVE, SEARXNG, SERPER, TAVILY } from './keyed-services.ts';
import type { SearchQuery, SearchResult, SearchService } from './search-service.ts';

export const SEARCH_SERVICES: Readonly<Record<SearchProvider, SearchService>> = {
  serper: SERPER,
  tavily: TAVILY,
  brave: BRAVE,
  searxng: SEARXNG,
  duckduckgo: DUCKDUCKGO,
};

/** The service of a run, with its address and its key. */
export interface SearchChoice {
  provider: SearchProvider;
  baseUrl: string;
  /** Empty if the service needs none. */
  key: string;
}

export type SearchAnswer =
  /** `note`: why the results are not those of the chosen service. `bytes`: received from the network. */
  { ok: true; results: SearchResult[]; note: string | null; bytes: number } | { ok: false; reason: string };

const LIMITS = { maxBytes: 2 * 1024 * 1024, timeoutMs: 20_000 };
/** DuckDuckGo answers programs that ask more often with a puzzle. */
const KEYLESS_PAUSE_MS = 1000;

/** Searches the web with the service of a run. */
export class Search {
  readonly #client: WebClient;
  readonly #choice: SearchChoice;
  readonly #options: { encyclopedia: string; pauseMs: number };
  #previous: Promise<unknown> = Promise.resolve();

  /** @param options the address of the encyclopedia, and the pause in ms between queries without a key */
  constructor(
    client: WebClient,
    choice: SearchChoice,
    options = { encyclopedia: WIKIPEDIA.baseUrl ?? '', pauseMs: KEYLESS_PAUSE_MS },
  ) {
    this.#client = client;
    this.#choice = choice;
    this.#options = options;
  }

  /** Returns the results of a query. Without a key, it falls back to articles of Wikipedia. */
  async find(query: SearchQuery, signal: AbortSignal): Promise<SearchAnswer> {
    const { provider, baseUrl, key } = this.#choice;
    if (provider !== 'duckduckgo') return await this.#ask(SEARCH_SERVICES[provider], query, baseUrl, key, signal);
    const answer = await this.#inTurn(() => this.#ask(DUCKDUCKGO, query, baseUrl, key, signal), signal);
    if (answer.ok || query.site !== undefined) return answer;
    const articles = await this.#ask(WIKIPEDIA, query, this.#options.encyclopedia, '', signal);
    return articles.ok ? { ...articles, note: `${answer.reason}. These are articles of Wikipedia.` } : answer;
  }

  async #ask(
    service: SearchService,
    query: SearchQuery,
    baseUrl: string,
    key: string,
    signal: AbortSignal,
  ): Promise<SearchAnswer> {
    const { method, url, headers, body } = service.request(query, baseUrl.replace(/\/+$/, ''), key);
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const sent = { accept: 'application/json', ...headers, ...type };
    // The crew file or the product names the address. A key goes to no other origin.
    const request = { method, url, headers: sent, ...json, reach: 'any', redirects: 'same_origin', ...LIMITS } as const;
    const answer = await this.#client.send(request, signal);
    if (!answer.ok) return { ok: false, reason: answer.message.replace(/\.$/, '') };
    const refused = refusalText(service, answer.status);
    if (refused !== null) return { ok: false, reason: refused };
    const results = service.read(answer.status, answer.body.toString('utf8'));
    if (typeof results === 'string') return { ok: false, reason: results };
    return { ok: true, results: fittingResults(results, query), note: null, bytes: answer.body.length };
  }

  /** Performs queries one after another, with pauses. */
  #inTurn(query: () => Promise<SearchAnswer>, signal: AbortSignal): Promise<SearchAnswer> {
    const turn = this.#previous.then(() => {
      signal.throwIfAborted();
      return query();
    });
    const { pauseMs } = this.#options;
    this.#previous = turn.then(
      () => delay(pauseMs, undefined, { ref: false }),
      () => undefined,
    );
    return turn;
  }
}

/** Returns why a service refused a query, by its status; null if the status is a success. */
function refusalText({ title, keyName }: SearchService, status: number): string | null {
  if (status >= 200 && status < 300) return null;
  const http = `HTTP ${status}`;
  if (status === 401 || status === 403)
    return keyName === null
      ? `${title} refuses the query (${http}). Its settings must allow the format json`
      : `${title} does not accept the key ${keyName} (${http})`;
  // 432 and 433 are Tavily's.
  if (status === 402 || status === 432 || status === 433)
    return `${title} reports that the credit is used up (${http})`;
  if (status === 429) return `${title} limits the number of queries (${http})`;
  return `${title} answers with ${http}`;
}
