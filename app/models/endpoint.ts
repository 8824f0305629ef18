import type { OutgoingHttpHeaders } from 'node:http';
import type { ModelAccess } from '../../shared/slot/agent-model.ts';
import { descriptorOf } from './descriptors.ts';

/** Where the chat completions of a server are, as the package wants it. */
export interface CompletionsUrl {
  baseURL: string;
  query: Record<string, string>;
}

/** The package adds the path to the address, so a query in the address is given apart. */
export function completionsUrl(access: ModelAccess): CompletionsUrl {
  const url = new URL(access.base_url);
  const query = Object.fromEntries(url.searchParams);
  url.search = '';
  url.hash = '';
  if (access.provider !== 'azure') return { baseURL: url.href, query };
  const version = access.api_version ?? query['api-version'];
  url.pathname = azurePath(url.pathname, access.model, version !== undefined);
  return { baseURL: url.href, query: version === undefined ? query : { ...query, 'api-version': version } };
}

/**
 * The path of an Azure resource: its API without versions (v1), or with a version the deployment of this name. The
 * address may already contain either.
 */
function azurePath(path: string, model: string, hasVersion: boolean): string {
  const trimmed = path.replace(/\/+$/, '');
  if (/\/(?:v1|deployments\/[^/]+)$/.test(trimmed)) return trimmed;
  const root = trimmed.endsWith('/openai') ? trimmed : `${trimmed}/openai`;
  return hasVersion ? `${root}/deployments/${encodeURIComponent(model)}` : `${root}/v1`;
}

/** All headers of a request. Those that the crew file adds replace none of ours. */
export function headersOf(access: ModelAccess): OutgoingHttpHeaders {
  const { api_key: key, headers = {} } = access;
  const added = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    ...added,
    accept: 'text/event-stream, application/json',
    // Without this header the server may choose any encoding, and a proxy may wait until it has enough data to
    // compress.
    'accept-encoding': 'identity',
    'content-type': 'application/json',
    'user-agent': 'Crewlane',
    ...(key === null ? {} : keyHeader(access, key)),
  };
}

function keyHeader(access: ModelAccess, key: string): OutgoingHttpHeaders {
  return descriptorOf({ name: access.provider }).auth === 'api-key'
    ? { 'api-key': key }
    : { authorization: `Bearer ${key}` };
}
