import type { MainToolCall, SlotAnswer } from '../../../shared/slot/slot-request.ts';
import { TOOLS, type ToolArguments } from '../../../shared/tools/catalogue.ts';
import type { KnowledgeSource, MemorySource } from '../../base/main-tools.ts';
import type { WebRequest } from '../../network/web-client.ts';
import type { Databases } from '../databases/databases.ts';
import { bodyText } from '../http/http-answer.ts';
import { noAnswer, type OnceSender } from '../http/send-once.ts';
import type { Mail } from '../mail/mail.ts';
import type { MainRunner } from '../main-tools.ts';
import type { Pages } from '../pages/pages.ts';
import type { Search } from '../search/search.ts';

const LIMITS = { maxBytes: 5 * 1024 * 1024, timeoutMs: 30_000 };

/** What the built-in tools of a run use. */
export interface BuiltInParts {
  pages: Pages;
  databases: Databases;
  mail: Mail;
  sender: OnceSender;
  /** Returns the search of the run, or why there is none. */
  search(): Promise<{ ok: true; search: Search } | { ok: false; text: string }>;
  /** Null: the crew has no knowledge. */
  knowledge: KnowledgeSource | null;
  /** Returns what the crew remembers; null if its memory is off for the agent. */
  memoryOf(agent: string): MemorySource | null;
  /** Replaces known keys and tokens in a text by `[redacted]`. */
  redact(text: string): string;
}

/** Carries out the calls of built-in tools that run in the process of the engine. */
export function builtInRunner(parts: BuiltInParts): MainRunner<'built_in'> {
  return {
    call: async ({ tool }, call, signal) => {
      switch (tool) {
        case 'web_search':
          return search(parts, TOOLS.web_search.arguments.parse(call.arguments), signal);
        case 'web_fetch':
          return fetchPage(parts, TOOLS.web_fetch.arguments.parse(call.arguments), signal);
        case 'sql_query':
          return parts.databases.query(TOOLS.sql_query.arguments.parse(call.arguments), signal);
        case 'send_email':
          return parts.mail.send(TOOLS.send_email.arguments.parse(call.arguments), call);
        case 'http_request':
          return request(parts, TOOLS.http_request.arguments.parse(call.arguments), call, signal);
        case 'knowledge_search':
          return findPassages(parts, call.agent, TOOLS.knowledge_search.arguments.parse(call.arguments));
        case 'remember': {
          // The memory outlives the run, and its items go to other models.
          const text = parts.redact(TOOLS.remember.arguments.parse(call.arguments).text);
          const { agent, of = { run: '', task: '' }, idempotency_key: key } = call;
          return (await parts.memoryOf(agent)?.remember({ text, agent, ...of, key })) ?? NO_MEMORY;
        }
        case 'recall': {
          const { query, count = 5 } = TOOLS.recall.arguments.parse(call.arguments);
          return (await parts.memoryOf(call.agent)?.recall(query, count)) ?? NO_MEMORY;
        }
      }
    },
    close: async () => {
      await Promise.all([parts.pages.close(), parts.knowledge?.close(), parts.databases.close()]);
    },
  };
}

async function search(
  parts: BuiltInParts,
  { query, count = 10, site, recency }: ToolArguments<'web_search'>,
  signal: AbortSignal,
): Promise<SlotAnswer> {
  const chosen = await parts.search();
  if (!chosen.ok) return chosen;
  const answer = await chosen.search.find({ query, count, site, recency }, signal);
  if (!answer.ok)
    return {
      ok: false,
      text: `The web was not searched: ${answer.reason}. Continue without it, and state that nothing was looked up.`,
    };
  const { results, note, bytes } = answer;
  const isNarrow = site !== undefined || recency !== undefined;
  const nothing = `Nothing was found for "${query}".${isNarrow ? ' Try again without site and recency.' : ''}`;
  const lines = results.map(
    ({ title, url, snippet }, at) => `${at + 1}. ${title}\n   ${url}${snippet === '' ? '' : `\n   ${snippet}`}`,
  );
  const text = [...(note === null ? [] : [`[${note}]`]), ...(lines.length === 0 ? [nothing] : lines)].join('\n');
  return { ok: true, text, measured: { urls: results.map(({ url }) => url), bytes } };
}

const NO_MEMORY: SlotAnswer = { ok: false, text: 'The memory of this agent is off. Continue without it.' };
const NO_KNOWLEDGE = 'The crew has no knowledge. Continue without it.';

async function findPassages(
  { knowledge }: BuiltInParts,
  agent: string,
  { query, count = 5 }: ToolArguments<'knowledge_search'>,
): Promise<SlotAnswer> {
  return (await knowledge?.find(agent, query, count)) ?? { ok: false, text: NO_KNOWLEDGE };
}

async function fetchPage(
  parts: BuiltInParts,
  { url }: ToolArguments<'web_fetch'>,
  signal: AbortSignal,
): Promise<SlotAnswer> {
  const result = await parts.pages.fetch(url, signal);
  if (!result.ok) return result;
  const { page } = result;
  return { ok: true, text: '', page, measured: { urls: [page.url], bytes: page.bytes } };
}

async function request(
  { sender }: BuiltInParts,
  { method = 'GET', url, headers = {}, body }: ToolArguments<'http_request'>,
  call: MainToolCall,
  signal: AbortSignal,
): Promise<SlotAnswer> {
  if (!URL.canParse(url))
    return { ok: false, text: `${url} is not a web address. Give a complete address, such as https://example.com/.` };
  const isJson = body !== undefined && typeof body !== 'string';
  const sent: WebRequest = {
    method,
    url,
    headers: { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    reach: 'public',
    redirects: 'same_origin',
    ...LIMITS,
  };
  const answer = await sender.send(sent, call, signal);
  if (!answer.ok) return noAnswer(sent, answer);
  const to =
    answer.location === null ? '' : `\nRedirects to: ${answer.location} (not called, because it is another origin)`;
  const text = `Status: ${answer.status}\nType: ${answer.type || 'unknown'}${to}\n\n${bodyText(answer)}`;
  return { ok: answer.status < 400, text, measured: { urls: [answer.url.href], bytes: answer.body.length } };
}
