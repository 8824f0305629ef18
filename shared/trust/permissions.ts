import { z } from 'zod';
import { commandText, quoted } from '../command-text.ts';
import { mailOrigin } from '../crew/email.ts';
import { partsOf } from '../crew/link.ts';
import { namesFor } from '../crew/resolve-tools.ts';
import type { Crew } from '../crew/schema.ts';
import { SEARCH_KEYS } from '../crew/web-search.ts';
import { visibleLine } from '../printable.ts';
import { isToolName, reachesOutside } from '../tools/catalogue.ts';

/**
 * The origin of a crew.
 * - `own`: created in this application, or shipped with it.
 * - `trusted`: a person trusted this content, or the folder that the file is in.
 * - `foreign`: everything else.
 */
export type Origin = 'own' | 'trusted' | 'foreign';

/** A model that a run would call for at least one agent. */
export interface ModelCall {
  /** The provider's name, as in `settings.provider`. */
  provider: string;
  /** The provider's name for people. */
  title: string;
  model: string;
  /** The base URL that is called, in the spelling of `URL.href`, which distinguishes hosts that look alike. */
  address: string;
  /** Scheme, host and port of the address. */
  origin: string;
  /** `person`: the person chose the provider, the address or the model for this run, so the choice is the consent. */
  chosenBy: 'person' | 'file';
  /** Whether the file names this address, and the address does not belong to the provider. */
  addressInFile: boolean;
  /** Whether the person's key for the provider would be sent. */
  sendsKey: boolean;
  /** Headers and parameters of the file that can choose another model, another address or tools of the provider. */
  additions: readonly string[];
  /** The location in the file that names the call, such as `settings.base_url` or `agents[1].model`. */
  path: string;
}

/** The folder that tools, `output_file` and `prepare` would use. */
export interface WorkspaceUse {
  /** The absolute path; the real path if the folder exists. */
  path: string;
  /**
   * `crewlane`: the default next to an own or trusted file, a folder in the data folder, or that of the run that is
   * resumed. `earlier_run`: that of an earlier run of the crew, which may have changed since.
   */
  chosenBy: 'crewlane' | 'file' | 'person' | 'earlier_run';
  /** `created`: Crewlane created the folder. `existing`: Crewlane did not, and the folder has entries. */
  state: 'missing' | 'empty' | 'created' | 'existing';
  /** The number of entries directly in the folder. */
  entries: number;
}

/** What a person allowed earlier; each entry is the `grant` of a permission. */
export type Grants = ReadonlySet<string>;

/** Everything in addition to the crew and its origin that the decision depends on. */
export interface Choices {
  /** The crew file; null for a crew that was never saved. */
  file: string | null;
  /** A rehearsal calls no model, no web, and no server. */
  rehearsal: boolean;
  calls: readonly ModelCall[];
  workspace: WorkspaceUse;
  grants: Grants;
  /** The hashes of the scripts of tools, by their paths. */
  scripts: ReadonlyMap<string, string>;
}

export type Capability =
  | { kind: 'call'; provider: string; model: string; address: string }
  | { kind: 'send_key'; provider: string; address: string }
  | { kind: 'workspace'; path: string; entries: number }
  | { kind: 'tool'; tool: string }
  | { kind: 'http'; name: string; url: string }
  | { kind: 'mcp_url'; server: string; url: string }
  | { kind: 'mcp_command'; server: string; command: string }
  | { kind: 'database'; database: string; key: string }
  | { kind: 'mail'; host: string }
  | { kind: 'script'; script: string; sha256: string }
  | { kind: 'prepare'; generator: string }
  | { kind: 'knowledge'; path: string };

/**
 * - `allowed`: nothing is asked.
 * - `needs_trust`: a person must trust the crew or its folder.
 * - `needs_grant`: the crew is own or trusted, and a person must allow this address, folder or command once.
 */
export type Decision = 'allowed' | 'needs_trust' | 'needs_grant';

/** One action that a run of the crew would take. */
export interface Permission {
  capability: Capability;
  decision: Decision;
  /** For people, complete: "Calls the model "m" of Ollama at http://…, which the file names." */
  sentence: string;
  /** The location in the file that names it, such as `agents[0].tools[1]`; empty if the file does not name it. */
  path: string;
  /** The key under which a grant is stored; null if trust in the crew is enough. */
  grant: string | null;
  /** The command that allows it; null for an unsaved crew, which only the window can run. */
  command: string | null;
}

/**
 * Decides what a run of `crew` may do: one permission for each capability of the table in docs/decisions/trust.md, in
 * the order of that table. The window, the command line, batches, resume and rerun all use this function. A run may
 * start only if `missingPermissions` of the result is empty.
 */
export function permissionsOf(crew: Crew, origin: Origin, choices: Choices): Permission[] {
  const wanted = [
    ...(choices.rehearsal ? [] : modelCalls(choices)),
    ...workspaceUse(choices),
    ...(choices.rehearsal
      ? []
      : [
          ...outsideTools(crew),
          ...searchAddress(crew),
          ...httpTools(crew),
          ...databases(crew),
          ...mail(crew),
          ...mcpServers(crew),
          ...scripts(crew, choices),
        ]),
    ...prepare(crew),
    ...(choices.rehearsal ? [] : knowledge(crew)),
  ];
  return wanted.map((each) => {
    const decision = decide(each, origin, choices.grants);
    const { capability, path, grant } = each;
    const sentence = shown(each.sentence);
    return { capability, decision, sentence, path, grant, command: commandFor(capability, decision, choices) };
  });
}

/** Returns the permissions that a run lacks. */
export function missingPermissions(permissions: readonly Permission[]): Permission[] {
  return permissions.filter(({ decision }) => decision !== 'allowed');
}

/** Returns the grants to store when a person trusts the crew after seeing these permissions. */
export function grantsOf(permissions: readonly Permission[]): string[] {
  return [...new Set(permissions.flatMap(({ grant }) => grant ?? []))];
}

interface Wanted {
  capability: Capability;
  sentence: string;
  path: string;
  grant: string | null;
  /** Whether foreign crews may do it too. */
  free: boolean;
}

function decide({ free, grant }: Wanted, origin: Origin, grants: Grants): Decision {
  if (free) return 'allowed';
  if (origin === 'foreign') return 'needs_trust';
  return grant === null || grants.has(grant) ? 'allowed' : 'needs_grant';
}

function modelCalls({ calls }: Choices): Wanted[] {
  return unique(calls.flatMap((call) => [modelCall(call), ...keySent(call)]));
}

function modelCall(call: ModelCall): Wanted {
  const { provider, title, model, address, chosenBy, addressInFile, additions, path } = call;
  const isChosen = chosenBy === 'person' && !addressInFile;
  const who = isChosen ? '' : addressInFile ? ', an address that the file names' : ', which the file names';
  const added = additions.length === 0 ? '' : `, with what the file adds to the call: ${additions.join(', ')}`;
  return {
    capability: { kind: 'call', provider, model, address },
    sentence: `Calls the model "${model}" of ${title} at ${address}${who}${added}.`,
    path,
    grant: null,
    free: isChosen && additions.length === 0,
  };
}

function keySent({ provider, title, address, origin, addressInFile, sendsKey, path }: ModelCall): Wanted[] {
  if (!sendsKey || !addressInFile) return [];
  return [
    {
      capability: { kind: 'send_key', provider, address },
      sentence: `Sends your key for ${title} to ${address}, an address that the file names.`,
      path,
      grant: `key ${provider} ${origin}`,
      free: false,
    },
  ];
}

function workspaceUse({ workspace }: Choices): Wanted[] {
  const { path, chosenBy, state, entries } = workspace;
  return [
    {
      capability: { kind: 'workspace', path, entries },
      sentence: `Reads and writes in the folder ${path}${aboutFolder(workspace)}.`,
      path: chosenBy === 'file' ? 'settings.workspace' : '',
      grant: state === 'existing' ? workspaceGrant(path) : null,
      free: state !== 'existing' && chosenBy !== 'earlier_run',
    },
  ];
}

function aboutFolder({ chosenBy, state, entries }: WorkspaceUse): string {
  const count = entries === 1 ? '1 entry' : `${entries} entries`;
  if (state === 'existing') return `, which Crewlane did not create (${count})`;
  return chosenBy === 'earlier_run' ? ', the workspace of an earlier run' : '';
}

function outsideTools(crew: Crew): Wanted[] {
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

function searchAddress({ settings: { web_search } }: Crew): Wanted[] {
  if (web_search?.base_url === undefined) return [];
  const { provider } = web_search;
  const url = addressSchema.parse(web_search.base_url);
  const key = SEARCH_KEYS[provider];
  return addressUse(`search service "${provider}"`, url, key === null ? [] : [key], 'settings.web_search.base_url');
}

function httpTools({ tools }: Crew): Wanted[] {
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
function databases({ databases: all }: Crew): Wanted[] {
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

function mail({ settings: { email } }: Crew): Wanted[] {
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

/** The requests to an address that the file names, and each key that they send there. */
function addressUse(what: string, url: string, keys: readonly string[], path: string): Wanted[] {
  const origin = /^https?:\/\/[^/?#]*/.exec(url)?.[0] ?? url;
  const sentence = `Calls the ${what} at ${origin}.`;
  const call: Wanted = { capability: { kind: 'http', name: what, url }, sentence, path, grant: null, free: false };
  return [call, ...keys.map((key) => keyUse(key, origin, path))];
}

/** As for models: a key is sent to an address that the file names only after a person allowed it. */
function keyUse(key: string, origin: string, path: string): Wanted {
  return {
    capability: { kind: 'send_key', provider: key, address: origin },
    sentence: `Sends your key ${key} to ${origin}, an address that the file names.`,
    path,
    grant: `key ${key} ${origin}`,
    free: false,
  };
}

/** Normalizes an address, so that hosts that look alike have different spellings. */
const addressSchema = z.url({ normalize: true });

function mcpServers({ mcp_servers }: Crew): Wanted[] {
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
function scripts({ tools }: Crew, { scripts: hashes }: Choices): Wanted[] {
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

/** Returns the grant that lets tools run a script with this content. */
export function scriptGrant(script: string, sha256: string): string {
  return `script ${sha256} ${script}`;
}

function prepare({ settings }: Crew): Wanted[] {
  if (settings.prepare === undefined) return [];
  const sentence = `Runs the generator "${settings.prepare}" in the workspace.`;
  const capability: Capability = { kind: 'prepare', generator: settings.prepare };
  return [{ capability, sentence, path: 'settings.prepare', grant: null, free: true }];
}

function knowledge(crew: Crew): Wanted[] {
  return unique(
    crew.knowledge.map(({ path }, index) => ({
      capability: { kind: 'knowledge', path },
      sentence: `Sends passages of the files ${path}, next to the crew file, to its models.`,
      path: `knowledge[${index}].path`,
      grant: null,
      free: false,
    })),
  );
}

/** Returns the grant that lets runs use a folder as their workspace. @param path its real path */
export function workspaceGrant(path: string): string {
  return `workspace ${path}`;
}

/** Returns the folder of a workspace grant; null for other grants. */
export function workspaceOfGrant(grant: string): string | null {
  const prefix = workspaceGrant('');
  return grant.startsWith(prefix) ? grant.slice(prefix.length) : null;
}

function commandFor(capability: Capability, decision: Decision, { file, workspace }: Choices): string | null {
  if (decision === 'allowed') return null;
  if (decision === 'needs_grant' && capability.kind === 'workspace')
    return commandText('trust', '--workspace', workspace.path);
  return file === null ? null : commandText('trust', file);
}

/** Removes duplicates: two agents that call the same model need one line. */
function unique(wanted: readonly Wanted[]): Wanted[] {
  return [...new Map(wanted.toReversed().map((each) => [each.sentence, each])).values()].toReversed();
}

const LONGEST_SENTENCE = 400;

/** Makes text from a file printable: it can neither end its line nor reorder or hide adjacent text. */
function shown(sentence: string): string {
  const characters = [...visibleLine(sentence)];
  if (characters.length <= LONGEST_SENTENCE) return characters.join('');
  const note = (left: number) => ` … (${left} more characters, not shown)`;
  const length = LONGEST_SENTENCE - note(characters.length).length;
  return characters.slice(0, length).join('') + note(characters.length - length);
}
