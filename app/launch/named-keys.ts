import { mailOrigin } from '../../shared/crew/email.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { SEARCH_KEYS, SEARCH_PROVIDERS } from '../../shared/crew/web-search.ts';
import { originOf } from '../base/origin.ts';
import { type KeyFor, namedKey } from './named-key.ts';
import { allServerKeys, missingServerKey } from './server-keys.ts';

/** A key that a crew file names. */
interface NamedKey {
  name: string;
  /** The only origin that it may be sent to; empty if the key itself is an address. */
  origin: string;
  /** The subject that needs it, such as `The tool "lead"`. */
  user: string;
}

/** Returns which key that a crew names is missing and what to do about it; null if every key exists. */
export function missingNamedKey(crew: Crew, keyFor: KeyFor): string | null {
  const missing = namedKeysOf(crew).find(({ name, origin }) => namedKey(keyFor, name, origin) === null);
  if (missing === undefined) return missingServerKey(crew, keyFor);
  const { user, name } = missing;
  return `${user} needs the key ${name}, which is not set. Set ${name} in the environment, or enter it in the window.`;
}

/** Returns the values of all keys that the tools of a crew use, so that they can be redacted. */
export function allNamedKeys(crew: Crew, keyFor: KeyFor): string[] {
  const ofSearch = SEARCH_PROVIDERS.flatMap((provider) => SEARCH_KEYS[provider] ?? []);
  const named = namedKeysOf(crew).map(({ name, origin }) => namedKey(keyFor, name, origin));
  const found = [...named, ...ofSearch.map((name) => namedKey(keyFor, name, ''))].flatMap((value) => value ?? []);
  return [...found, ...found.flatMap(passwordsIn), ...allServerKeys(crew, keyFor)];
}

function namedKeysOf({ tools, databases, settings: { email } }: Crew): NamedKey[] {
  const ofTools = tools.flatMap(({ name, http }) =>
    Object.values(http?.header_keys ?? {}).map((words) => ({
      name: words.trim().split(/\s+/).at(-1) ?? '',
      origin: originOf(http?.url.replace(/\{.*/s, '') ?? ''),
      user: `The tool "${name}"`,
    })),
  );
  const ofDatabases = Object.entries(databases).flatMap(([name, database]) =>
    database.kind === 'sqlite' ? [] : [{ name: database.url_key, origin: '', user: `The database "${name}"` }],
  );
  const key = email?.password_key;
  const ofMail = email && key ? [{ name: key, origin: mailOrigin(email), user: 'Mail (settings.email)' }] : [];
  return [...ofTools, ...ofDatabases, ...ofMail];
}

/** Returns the password in an address, as it is written there and decoded. */
function passwordsIn(key: string): string[] {
  if (!URL.canParse(key)) return [];
  const { password } = new URL(key);
  try {
    return password === '' ? [] : [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
