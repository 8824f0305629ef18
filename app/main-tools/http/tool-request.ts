import type { HttpTool } from '../../../shared/tools/definition.ts';
import type { KeyNamed } from '../../base/main-tools.ts';
import type { WebRequest } from '../../network/web-client.ts';
import { type Arguments, Template, textOf } from './fill-template.ts';

/** A request without the limits of its answer. */
export type ToolRequest = Pick<WebRequest, 'method' | 'url' | 'headers' | 'body'>;

type Built = { ok: true; request: ToolRequest; secrets: string[] } | { ok: false; text: string };

const BODYLESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);

/** Whether a request with this method changes something on its server, so that it must not be repeated. */
export function isWrite(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/**
 * Makes the request of a tool from the arguments of a call. Arguments that no text uses become parameters of the query, or
 * the JSON body of a method that has one.
 */
export function toolRequest(http: HttpTool, args: Arguments, keyNamed: KeyNamed): Built {
  const template = new Template(args);
  const origin = /^[a-z]+:\/\/[^/?#]*/i.exec(http.url)?.[0] ?? '';
  const address = origin + template.text(http.url.slice(origin.length), encodeURIComponent);
  if (!URL.canParse(address))
    return { ok: false, text: `${address} is not a web address. Correct the url of the tool.` };
  const url = new URL(address);
  for (const [name, value] of Object.entries(http.query)) url.searchParams.append(name, template.text(value));
  const headers = Object.fromEntries(
    Object.entries(http.headers).map(([name, value]) => [name, headerValue(template.text(value))]),
  );
  const given = http.body === undefined ? undefined : template.json(http.body);
  if (template.missing.size > 0)
    return { ok: false, text: `The arguments lack ${[...template.missing].join(', ')}. Give them.` };
  const rest = template.unused();
  const hasBody = !BODYLESS.has(http.method);
  if (!hasBody) for (const [name, value] of rest) url.searchParams.append(name, textOf(value));
  const body = given ?? (hasBody && rest.length > 0 ? Object.fromEntries(rest) : undefined);
  const keys = headersWithKeys(http.header_keys, (name) => keyNamed(name, url.origin));
  if (!keys.ok) return keys;
  const type = body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' };
  const text = body === undefined ? {} : { body: textOf(body) };
  return {
    ok: true,
    secrets: keys.secrets,
    request: { method: http.method, url: url.href, headers: { ...type, ...headers, ...keys.headers }, ...text },
  };
}

/** A line break would begin another header. */
function headerValue(value: string): string {
  return value.replaceAll(/[\r\n\0]+/g, ' ');
}

function headersWithKeys(
  headerKeys: Readonly<Record<string, string>>,
  keyNamed: (name: string) => string | null,
): { ok: true; headers: Record<string, string>; secrets: string[] } | { ok: false; text: string } {
  const headers: Record<string, string> = {};
  const secrets: string[] = [];
  for (const [header, words] of Object.entries(headerKeys)) {
    const name = words.trim().split(/\s+/).at(-1) ?? '';
    const key = keyNamed(name);
    if (key === null)
      return {
        ok: false,
        text: `The key ${name} is not set. A person must set ${name} in the environment or enter it.`,
      };
    headers[header] = words.trim().slice(0, -name.length) + key;
    secrets.push(key);
  }
  return { ok: true, headers, secrets };
}
