import type { FetchedPage } from '../../../shared/tools/fetched-page.ts';
import type { WebClient } from '../../network/web-client.ts';
import { decodePage } from './decode-page.ts';
import { Robots } from './robots.ts';

const MIB = 1024 * 1024;
const LIMITS = { maxBytes: 5 * MIB, timeoutMs: 20_000 };
/** Pages that are kept for other slots, in bytes. */
const KEPT_BYTES = 64 * MIB;

export type PageResult = { ok: true; page: FetchedPage } | { ok: false; text: string };

/** The pages of one run. Each is fetched once for all slots. A page that could not be fetched is tried again. */
export class Pages {
  readonly #client: WebClient;
  readonly #robots: Robots;
  readonly #keptBytes: number;
  /** By address, in the order of their last use. */
  readonly #pages = new Map<string, { result: Promise<PageResult>; bytes: number }>();
  readonly #end = new AbortController();

  constructor(client: WebClient, keptBytes = KEPT_BYTES) {
    this.#client = client;
    this.#robots = new Robots(client);
    this.#keptBytes = keptBytes;
  }

  /** Returns a page. The fetch continues for other slots if `signal` aborts. */
  async fetch(address: string, signal: AbortSignal): Promise<PageResult> {
    signal.throwIfAborted();
    if (!URL.canParse(address))
      return {
        ok: false,
        text: `${address} is not a web address. Give a complete address, such as https://example.com/page.`,
      };
    const url = new URL(address);
    // The fragment is a position inside of the page.
    url.hash = '';
    const kept = this.#pages.get(url.href);
    if (kept) return await this.#use(url.href, kept);
    const started = { result: this.#load(url), bytes: 0 };
    const result = await this.#use(url.href, started);
    if (!result.ok) this.#pages.delete(url.href);
    else {
      started.bytes = result.page.bytes;
      this.#makeRoom();
    }
    return result;
  }

  /** Ends open fetches and forgets all pages. */
  close(): void {
    this.#end.abort();
    this.#pages.clear();
  }

  async #use(key: string, entry: { result: Promise<PageResult>; bytes: number }): Promise<PageResult> {
    this.#pages.delete(key);
    this.#pages.set(key, entry);
    return await entry.result;
  }

  async #load(url: URL): Promise<PageResult> {
    const answer = await this.#client.send(
      {
        url: url.href,
        method: 'GET',
        headers: { accept: 'text/html,application/xhtml+xml,text/*;q=0.9,*/*;q=0.5' },
        reach: 'public',
        redirects: 'anywhere',
        ...LIMITS,
        refuse: (hop, signal) => this.#robots.refusal(hop, signal),
      },
      this.#end.signal,
    );
    if (!answer.ok) return { ok: false, text: answer.message };
    const { status, type, body } = answer;
    if (status < 200 || status >= 300) return { ok: false, text: `${answer.url.href} answers with HTTP ${status}.` };
    const text = decodePage(body, type);
    const content =
      text === null
        ? { encoding: 'base64' as const, base64: body.toString('base64') }
        : { encoding: 'text' as const, text };
    return { ok: true, page: { url: answer.url.href, type, body: content, bytes: body.length } };
  }

  /** Forgets the pages that were used longest ago. */
  #makeRoom(): void {
    let bytes = [...this.#pages.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const [key, entry] of this.#pages) {
      if (bytes <= this.#keptBytes) return;
      this.#pages.delete(key);
      bytes -= entry.bytes;
    }
  }
}
