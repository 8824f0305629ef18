import { quoted } from '../command-text.ts';
import { mailOrigin } from '../crew/email.ts';
import { partsOf } from '../crew/link.ts';
import { namesFor } from '../crew/resolve-tools.ts';
import type { Crew } from '../crew/schema.ts';
import { SEARCH_KEYS } from '../crew/web-search.ts';
import { isToolName, reachesOutside } from '../tools/catalogue.ts';
import type { Choices } from './choices.ts';
import { scriptGrant } from './grants.ts';
import { addressSchema, addressUse, keyUse, unique, type Wanted } from './wanted.ts';

/** Returns the built-in tools that reach outside the workspace. */
export function outsideTools(crew: Crew): Wanted[] {
  const { agents, tasks } = crew;
  const named = [
    ...agents.flatMap(({ tools }, at) => tools.map((tool, index) => ({ tool, path: `agents[${at}].tools[${index}]` }))),
    ...tasks.flatMap(({ tools = [] }, at) =>
      tools.map((tool, index) => ({ tool, path: `tasks[${at}].tools[${index}]` })),
    ),
    ...tasks.flatMap(({ call }, at) =>
      call === undefined ? [] : [{ tool: call.tool, path: `tasks[${at}].call.tool` }],
    ),
    ...partsOf(crew).flatMap(([, part]) =>
      part.crew.tasks.flatMap(({ tools = [], call }) =>
        [...tools, ...(call === undefined ? [] : [call.tool])].map((tool) => ({ tool, path: 'tasks' })),
      ),
    ),
  ];
  return unique(
    named
      .flatMap(({ tool, path }) => namesFor([tool], crew).map((name) => ({ tool: name, path })))
      .filter(({ tool }) => isToolName(tool) && reachesOutside(tool))
      .map(({ tool, path }) => ({
        capability: { kind: 'tool', tool },
        sentence: `Uses the tool ${tool}, which reaches outside the workspace.`,
        path,
        grant: null,
        free: false,
      })),
  );
}

/** Returns the requests of `web_search`, if the file names the address. */
export function searchAddress({ settings: { web_search } }: Crew): Wanted[] {
  if (web_search?.base_url === undefined) return [];
  const { provider } = web_search;
  const url = addressSchema.parse(web_search.base_url);
  const key = SEARCH_KEYS[provider];
  return addressUse(`search service "${provider}"`, url, key === null ? [] : [key], 'settings.web_search.base_url');
}

/** Returns the requests of the tools that the crew defines, and the keys that they send. */
export function httpTools({ tools }: Crew): Wanted[] {
  return unique(
    tools.flatMap(({ name, http }, index) => {
      if (http === undefined) return [];
      const keys = Object.values(http.header_keys).map((words) => words.trim().split(/\s+/).at(-1) ?? '');
      // Placeholders are only after the host.
      const url = addressSchema.safeParse(http.url.replaceAll(/[{}]/g, ''));
      return addressUse(`tool "${name}"`, url.success ? url.data : http.url, keys, `tools[${index}].http.url`);
    }),
  );
}

/** The file cannot change the address of a database server, because the address is in the person's own key. */
export function databases({ databases: all }: Crew): Wanted[] {
  return Object.entries(all).flatMap(([database, definition]): Wanted[] => {
    if (definition.kind === 'sqlite') return [];
    const { kind, url_key: key } = definition;
    return [
      {
        capability: { kind: 'database', database, key },
        sentence: `Reads the database "${database}" (${kind}) at the address in your key ${key}.`,
        path: `databases.${database}`,
        grant: `database ${kind} ${key}`,
        free: false,
      },
    ];
  });
}

/** Returns the mail server that `send_email` uses, and its key. */
export function mail({ settings: { email } }: Crew): Wanted[] {
  if (email === undefined) return [];
  const { host, port, from, password_key: key } = email;
  const path = 'settings.email';
  const sends: Wanted = {
    capability: { kind: 'mail', host },
    sentence: `Sends mail as ${from} through ${host}:${port}. A person approves each email.`,
    path,
    grant: null,
    free: false,
  };
  return [sends, ...(key === undefined ? [] : [keyUse(key, mailOrigin(email), path)])];
}

/** Returns the servers that are started or called. A key needs a grant together with its address. */
export function mcpServers({ mcp_servers }: Crew): Wanted[] {
  return Object.entries(mcp_servers).map(([server, definition]) => {
    const path = `mcp_servers.${server}`;
    if ('url' in definition) {
      const url = addressSchema.parse(definition.url);
      const keys = Object.values(definition.header_keys).map((text) => text.trim().split(/\s+/).at(-1) ?? '');
      const sent = keys.length === 0 ? '' : `, with your ${keys.length === 1 ? 'key' : 'keys'} ${keys.join(', ')}`;
      const sentence = `Calls the MCP server "${server}" at ${url}${sent}.`;
      // As for models: a key is sent to an address that the file names only after a person allowed it.
      const grant = keys.length === 0 ? null : `keys ${JSON.stringify([url, definition.header_keys])}`;
      return { capability: { kind: 'mcp_url', server, url }, sentence, path, grant, free: false };
    }
    const { env_keys } = definition;
    const words = [definition.command, ...definition.args];
    const command = words.map(quoted).join(' ');
    const variables = env_keys.length === 0 ? '' : `, with your environment variables ${env_keys.join(', ')}`;
    return {
      capability: { kind: 'mcp_command', server, command },
      sentence: `Starts: ${command}${variables}`,
      path,
      grant: `command ${JSON.stringify([...words, env_keys])}`,
      free: false,
    };
  });
}

/** Trust covers the content of a script: after a change, it is another script. */
export function scripts({ tools }: Crew, { scripts: hashes }: Choices): Wanted[] {
  return unique(
    tools.flatMap(({ script = '' }, index): Wanted[] => {
      const sha256 = hashes.get(script);
      if (sha256 === undefined) return [];
      return [
        {
          capability: { kind: 'script', script, sha256 },
          sentence: `Runs: ${script}`,
          path: `tools[${index}].script`,
          grant: scriptGrant(script, sha256),
          free: false,
        },
      ];
    }),
  );
}
