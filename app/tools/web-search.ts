import { z } from 'zod';
import { TOOLS } from '../../shared/tools/catalogue.ts';
import { getJson } from '../network/get-json.ts';
import { slotTool } from './described-tool.ts';
import type { ToolResult } from './tool.ts';

/** Two public services for programs that need no key. */
export interface SearchServices {
  answers: string;
  articles: string;
}
const SERVICES: SearchServices = {
  answers: 'https://api.duckduckgo.com/',
  articles: 'https://en.wikipedia.org/w/api.php',
};
const TIMEOUT_MS = 10_000;
const MAX_RESULTS = 8;

export const webSearch = slotTool(TOOLS.web_search, {
  call: ({ query }, { signal }) => searchWeb(query, signal),
  rehearse: (args) => {
    const query = args?.query ?? 'this';
    return `[rehearsal: the web was not searched] Three rehearsed results for "${query}": an overview, a report with figures, and a critical view.`;
  },
});

interface SearchResult {
  title: string;
  text: string;
  url: string;
}

export async function searchWeb(query: string, signal: AbortSignal, services = SERVICES): Promise<ToolResult> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const [answers, articles] = await Promise.allSettled([
    askForAnswers(services.answers, query, limit),
    askForArticles(services.articles, query, limit),
  ]);
  const found = [answers, articles].flatMap((settled) => (settled.status === 'fulfilled' ? settled.value : []));
  if (found.length > 0) return { ok: true, text: found.slice(0, MAX_RESULTS).map(line).join('\n') };
  const failed = [answers, articles].find((settled) => settled.status === 'rejected');
  if (!failed) return { ok: true, text: `Nothing was found for "${query}".` };
  const reason = failed.reason instanceof Error ? causeOf(failed.reason) : String(failed.reason);
  return {
    ok: false,
    text: `The web cannot be reached (${reason}). Continue without it, and state that nothing was looked up.`,
  };
}

function line({ title, text, url }: SearchResult): string {
  return `- ${title}: ${text} (${url})`;
}

const answersSchema = z.object({
  Heading: z.string().catch(''),
  AbstractText: z.string().catch(''),
  AbstractURL: z.string().catch(''),
  RelatedTopics: z.array(z.object({ Text: z.string(), FirstURL: z.string() }).nullable().catch(null)).catch([]),
});

async function askForAnswers(service: string, query: string, signal: AbortSignal): Promise<SearchResult[]> {
  const url = `${service}?${new URLSearchParams({ q: query, format: 'json', no_html: '1', skip_disambig: '1' })}`;
  const { Heading, AbstractText, AbstractURL, RelatedTopics } = answersSchema.parse(await getJson(url, signal));
  const main = AbstractText === '' ? [] : [{ title: Heading, text: AbstractText, url: AbstractURL }];
  const related = RelatedTopics.flatMap((topic) =>
    topic ? [{ title: 'Related', text: topic.Text, url: topic.FirstURL }] : [],
  );
  return [...main, ...related.slice(0, 3)];
}

const articlesSchema = z.object({
  query: z.object({ search: z.array(z.object({ title: z.string(), snippet: z.string() })) }),
});

async function askForArticles(service: string, query: string, signal: AbortSignal): Promise<SearchResult[]> {
  const parameters = { action: 'query', list: 'search', srsearch: query, srlimit: '5', format: 'json' };
  const { search } = articlesSchema.parse(await getJson(`${service}?${new URLSearchParams(parameters)}`, signal)).query;
  const page = (title: string) => new URL(`/wiki/${encodeURIComponent(title.replaceAll(' ', '_'))}`, service).href;
  return search.map(({ title, snippet }) => ({ title, text: snippet.replaceAll(/<[^>]*>/g, ''), url: page(title) }));
}

function causeOf(error: Error): string {
  if (error instanceof SyntaxError || error instanceof z.ZodError) return 'the answer is not from a search service';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
