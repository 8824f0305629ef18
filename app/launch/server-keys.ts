import type { Crew } from '../../shared/crew/schema.ts';
import type { McpServer } from '../../shared/crew/tool-schema.ts';
import { originOf } from '../base/origin.ts';
import type { ServerKeys } from '../main-tools/mcp/connection.ts';
import { type KeyFor, namedKey } from './named-key.ts';

/** Returns the values of the keys that a server needs, or a phrase about the first that is missing. */
export function serverKeys(server: McpServer, keyFor: KeyFor): ServerKeys | { missing: string } {
  const named = 'url' in server ? Object.entries(server.header_keys) : server.env_keys.map((name) => [name, name]);
  const origin = 'url' in server ? originOf(server.url) : '';
  const values: Record<string, string> = {};
  for (const [name = '', text = ''] of named) {
    const words = text.trim().split(/\s+/);
    const key = words.pop() ?? '';
    const value = namedKey(keyFor, key, origin);
    if (value === null)
      return { missing: `the key ${key} is not set. Enter it in the window, or set ${key} in the environment` };
    values[name] = [...words, value].join(' ');
  }
  return 'url' in server ? { variables: {}, headers: values } : { variables: values, headers: {} };
}

/** Returns which key of a server is missing and what to do about it; null if every key exists. */
export function missingServerKey({ mcp_servers }: Crew, keyFor: KeyFor): string | null {
  for (const [name, server] of Object.entries(mcp_servers)) {
    const keys = serverKeys(server, keyFor);
    if ('missing' in keys) return `The server "${name}" cannot be started: ${keys.missing}.`;
  }
  return null;
}

/** Returns all keys that the servers of a crew get, so that they can be redacted. */
export function allServerKeys({ mcp_servers }: Crew, keyFor: KeyFor): string[] {
  return Object.values(mcp_servers).flatMap((server) => {
    const keys = serverKeys(server, keyFor);
    if ('missing' in keys) return [];
    return [
      ...Object.values(keys.variables),
      ...Object.values(keys.headers).map((text) => text.split(' ').at(-1) ?? ''),
    ];
  });
}
