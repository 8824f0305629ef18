import type { Names } from './names.ts';
import { excerpt, type Notes } from './report.ts';
import { Code, isSourceObject, type SourceObject, type SourceValue } from './source.ts';

/** The servers of an imported crew, by their names in the crew file. Agents that name the same server share it. */
export class ImportedServers {
  readonly #byText = new Map<string, string>();
  readonly #servers: SourceObject = {};
  readonly #names: Names;

  constructor(names: Names) {
    this.#names = names;
  }

  /** Translates the servers that an agent names. Returns the tools that the agent gets: `server__tool` or `server__*`. */
  translate(value: SourceValue, notes: Notes): string[] {
    const items = Array.isArray(value) ? value : [value];
    return items.flatMap((item, index) => this.#translateOne(item, notes.below(index)));
  }

  /** `mcp_servers` of the crew file; null if there are none. */
  get servers(): SourceObject | null {
    return Object.keys(this.#servers).length === 0 ? null : this.#servers;
  }

  #translateOne(item: SourceValue, notes: Notes): string[] {
    const described = typeof item === 'string' ? addressed(item) : configured(item);
    if (described === null) {
      // Settings may contain keys.
      notes.leftOut(typeof item === 'string' ? excerpt(item.replace(/[?#].*$/s, '')) : 'a server', NO_SERVER);
      return [];
    }
    const { server, wanted, tools, lost } = described;
    const text = JSON.stringify(server);
    const name = this.#byText.get(text) ?? this.#add(text, server, wanted);
    const names = tools.length === 0 ? [`${name}__*`] : tools.map((tool) => `${name}__${tool}`);
    notes.taken(`${excerpt(server['url'] ?? server['command'] ?? null)} → mcp_servers.${name}, ${names.join(', ')}`);
    for (const { what, instead } of lost)
      notes.leftOut(what, { why: 'A crew file contains no keys, and no values that may be keys.', instead });
    return names;
  }

  #add(text: string, server: SourceObject, wanted: string): string {
    const name = this.#names.give(serverName(wanted), 'server');
    this.#byText.set(text, name);
    this.#servers[name] = server;
    return name;
  }
}

interface ServerDescription {
  server: SourceObject;
  /** A text that the name of the server is made of. */
  wanted: string;
  /** The tools that are chosen; empty for all. */
  tools: string[];
  /** Values that the crew file cannot contain. */
  lost: { what: string; instead: string }[];
}

const NO_SERVER = {
  why: 'It is neither the address of a server nor a program.',
  instead: 'Add the server to "mcp_servers" and its tools to the agent.',
};

/** A server by its address, with a tool after `#`. Keys in the query are not kept. */
function addressed(text: string): ServerDescription | null {
  const parts = WEB_ADDRESS.exec(text);
  if (parts === null) return null;
  const [, url = '', host = '', query = '', tool = ''] = parts;
  const lost = query === '' ? [] : [{ what: 'the query of the address', instead: QUERY_ADVICE }];
  return { server: { url }, wanted: host, tools: tool === '' ? [] : [tool], lost };
}

/** A server by its settings: an object, or a call of a class such as `MCPServerStdio`. */
function configured(item: SourceValue): ServerDescription | null {
  const settings = item instanceof Code ? (item.call?.named ?? null) : isSourceObject(item) ? item : null;
  if (settings === null) return null;
  const { command, args, env, url, headers, tool_filter: filter } = settings;
  const tools = Array.isArray(filter) ? filter.filter((each) => typeof each === 'string') : [];
  const dropped = filter !== undefined && filter !== null && tools.length === 0 ? [FILTER] : [];
  if (typeof command === 'string' && command !== '') {
    const given = Array.isArray(args) ? args.filter((each) => typeof each === 'string') : [];
    const keys = isSourceObject(env) ? Object.keys(env) : [];
    return {
      server: {
        command,
        ...(given.length === 0 ? {} : { args: given }),
        ...(keys.length === 0 ? {} : { env_keys: keys }),
      },
      wanted: programName(command, given),
      tools,
      lost: [
        ...keys.map((key) => ({ what: `the value of ${key}`, instead: `Give ${key} as a key or in the environment.` })),
        ...dropped,
      ],
    };
  }
  const described = typeof url === 'string' ? addressed(url) : null;
  if (described === null) return null;
  const names = isSourceObject(headers) ? Object.keys(headers) : [];
  const lost = names.map((name) => {
    return { what: `the value of the header ${name}`, instead: `Name its key in "header_keys": { "${name}": "…" }.` };
  });
  return { ...described, tools: [...described.tools, ...tools], lost: [...described.lost, ...lost, ...dropped] };
}

const FILTER = { what: 'tool_filter', instead: 'Name the tools of the server that the agent uses.' };

/** An address without a user name, its host, its query, and its fragment. */
const WEB_ADDRESS = /^(https?:\/\/([^/?#\s@:]+)(?::\d+)?(?:\/[^?#\s]*)?)(?:\?([^#\s]*))?(?:#(\S*))?$/i;
const QUERY_ADVICE = 'Set "header_keys", or add the parameters again if none of them is a key.';

/** The program of a server. A package that `npx` and similar programs start says more than they do. */
function programName(command: string, args: readonly string[]): string {
  const started = /(^|[/\\])(npx|uvx|bunx|pipx|uv|python3?|node|deno|docker)(\.\w+)?$/i.test(command)
    ? args.findLast((arg) => /[a-z]/i.test(arg) && !arg.startsWith('-') && !arg.startsWith('/'))
    : undefined;
  return (started ?? command).split(/[/\\]/).at(-1) ?? command;
}

/** Names of servers contain no `__` and do not end with `_`. */
function serverName(wanted: string): string {
  const plain = wanted.replace(/\.(m?js|py|ts|exe)$/i, '').replaceAll(/[^A-Za-z0-9-]+/g, '_');
  return plain.replaceAll(/^[_\d-]+|_+$/g, '').slice(0, 40) || 'server';
}
