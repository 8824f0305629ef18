import type { DefinedKind } from '../../shared/crew/definitions.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import type { NamedKey } from '../../shared/ipc/values.ts';

/** Returns the keys that a server, tool or database of the crew names, each once, in the order of the file. */
export function keysOfDefinition(
  crew: Pick<Crew, 'tools' | 'mcp_servers' | 'databases'>,
  { kind, name }: { kind: DefinedKind; name: string },
): NamedKey[] {
  switch (kind) {
    case 'server':
      return distinct(keysOfServer(crew.mcp_servers[name]));
    case 'tool':
      return distinct(keysOfTool(crew, name));
    case 'database': {
      const database = crew.databases[name];
      return database && 'url_key' in database ? [{ name: database.url_key, url: null }] : [];
    }
    default:
      return kind satisfies never;
  }
}

function keysOfServer(server: Crew['mcp_servers'][string] | undefined): NamedKey[] {
  if (server === undefined) return [];
  if ('url' in server) return inHeaders(server.header_keys, server.url);
  return server.env_keys.map((name) => ({ name, url: null }));
}

function keysOfTool({ tools }: Pick<Crew, 'tools'>, name: string): NamedKey[] {
  const http = tools.find((tool) => tool.name === name)?.http;
  return http === undefined ? [] : inHeaders(http.header_keys, http.url);
}

/** The last word of a header names its key. */
function inHeaders(headers: Readonly<Record<string, string>>, url: string): NamedKey[] {
  return Object.values(headers).flatMap((text) => {
    const name = text.trim().split(/\s+/).at(-1) ?? '';
    return name === '' ? [] : [{ name, url }];
  });
}

function distinct(keys: readonly NamedKey[]): NamedKey[] {
  return [...new Map(keys.map((key) => [key.name, key])).values()];
}
