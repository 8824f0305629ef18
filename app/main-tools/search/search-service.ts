/** What an agent searches for. */
export interface SearchQuery {
  query: string;
  /** The number of results, from 1 to 20. */
  count: number;
  /** Only pages of this host. */
  site?: string | undefined;
  recency?: 'day' | 'week' | 'month' | 'year' | undefined;
}

export interface SearchResult {
  title: string;
  url: string;
  snippet: string;
}

/** The request for a query. `body` is sent as JSON. */
export interface SearchRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: unknown;
}

/** How one service is asked, and how its answers are read. */
export interface SearchService {
  readonly title: string;
  /** The address of the service; null: the crew file must name it. */
  readonly baseUrl: string | null;
  /** The name of its key; null: it needs none. */
  readonly keyName: string | null;
  request(query: SearchQuery, baseUrl: string, key: string): SearchRequest;
  /** Returns the results in an answer with a success status; a text says why there are none to read. */
  read(status: number, text: string): SearchResult[] | string;
}

/** Adds the site to the text of a query, as all search engines understand it. */
export function queryWithSite({ query, site }: SearchQuery): string {
  return site === undefined ? query : `${query} site:${site}`;
}
