import robotsParser from 'robots-parser';
import type { WebClient } from '../../network/web-client.ts';

/** The name by which `robots.txt` addresses Crewlane. */
const AGENT = 'Crewlane';
const LIMITS = { maxBytes: 512 * 1024, timeoutMs: 10_000 };

/** What `robots.txt` of an origin allows. */
type Rules = { allows(url: string): boolean } | { unreadable: string };

/**
 * Reads `robots.txt` of each origin once. As RFC 9309 demands, all pages are allowed if there is none, and no page if the
 * server fails to send it.
 */
export class Robots {
  readonly #client: WebClient;
  readonly #rules = new Map<string, Promise<Rules>>();

  constructor(client: WebClient) {
    this.#client = client;
  }

  /** Returns why a page must not be fetched, or null. */
  async refusal(url: URL, signal: AbortSignal): Promise<string | null> {
    const { origin } = url;
    const reading = this.#rules.get(origin) ?? this.#read(origin, signal);
    this.#rules.set(origin, reading);
    const rules = await reading.catch((error: unknown) => {
      this.#rules.delete(origin);
      throw error;
    });
    if ('unreadable' in rules) {
      // The next page may find a server that works.
      this.#rules.delete(origin);
      return `${url.href} was not fetched: ${rules.unreadable}, so it is unknown whether programs may read its pages.`;
    }
    return rules.allows(url.href) ? null : `${url.href} was not fetched: robots.txt of ${url.host} does not allow it.`;
  }

  async #read(origin: string, signal: AbortSignal): Promise<Rules> {
    const url = `${origin}/robots.txt`;
    const request = { url, method: 'GET', headers: {}, reach: 'public', redirects: 'anywhere', ...LIMITS } as const;
    const answer = await this.#client.send(request, signal);
    if (!answer.ok) return { unreadable: answer.message.replace(/\.$/, '') };
    const { status } = answer;
    if (status >= 500 || status === 429) return { unreadable: `${url} answers with HTTP ${status}` };
    if (status >= 300) return { allows: () => true };
    const rules = robotsParser(url, answer.body.toString('utf8'));
    return { allows: (page) => rules.isAllowed(page, AGENT) ?? true };
  }
}
