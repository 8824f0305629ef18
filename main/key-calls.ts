import { originOf } from '../app/base/origin.ts';
import { storedName } from '../app/launch/named-key.ts';
import { findLocalServers } from '../app/models/discover.ts';
import { findProvider, PROVIDERS } from '../shared/crew/providers.ts';
import type { CallOutput } from '../shared/ipc/channels.ts';
import type { KeySource, NamedKey, ProviderInfo } from '../shared/ipc/values.ts';
import type { Handlers } from './ipc.ts';
import type { KeyStore } from './keys.ts';
import type { Session } from './session.ts';

type KeyCalls = Pick<
  Handlers<Session>,
  'providers.list' | 'keys.set' | 'keys.remove' | 'keys.named' | 'keys.set_named' | 'keys.remove_named'
>;

/** Handles the window's calls about providers and their keys. A key is received here and never sent back. */
export function keyCalls(keys: KeyStore): KeyCalls {
  return {
    'providers.list': () => providers(keys),
    'keys.set': (_session, { provider, base_url, key }) => {
      const origin = originFor(provider, base_url);
      if (origin === null)
        return { status: 'failed', message: 'A key is stored for an address. Set the base URL first.' };
      if (key.trim() === '') return { status: 'failed', message: 'The key is empty.' };
      return done(keys.set(provider, origin, key.trim()));
    },
    'keys.named': (_session, { keys: named }) => named.map((key) => sourceOf(keys, key)),
    'keys.set_named': (_session, { key, ...named }) => {
      const origin = originOfNamed(named);
      if (origin === null)
        return { status: 'failed', message: 'A key is stored for an address. Set the address first.' };
      if (key.trim() === '') return { status: 'failed', message: 'The key is empty.' };
      return done(keys.set(storedName(named.name), origin, key.trim()));
    },
    'keys.remove_named': (_session, named) => {
      const origin = originOfNamed(named);
      return done(origin === null ? null : keys.remove(storedName(named.name), origin));
    },
    'keys.remove': (_session, { provider, base_url }) => {
      const origin = originFor(provider, base_url);
      return done(origin === null ? null : keys.remove(provider, origin));
    },
  };
}

function sourceOf(keys: KeyStore, named: NamedKey): KeySource {
  const origin = originOfNamed(named);
  if (origin !== null && keys.get(storedName(named.name), origin) !== null) return 'stored';
  return process.env[named.name]?.trim() ? 'environment' : 'missing';
}

/** The origin that a key is stored for: empty for a program; null if the address is not complete yet. */
function originOfNamed({ url }: NamedKey): string | null {
  return url === null ? '' : originFor('', url);
}

function done(failure: string | null): CallOutput<'keys.set'> {
  return failure === null ? { status: 'done' } : { status: 'failed', message: failure };
}

async function providers(keys: KeyStore): Promise<ProviderInfo[]> {
  const local = new Map((await findLocalServers()).map(({ provider, models }) => [provider.name, models]));
  return PROVIDERS.map(({ name, title, baseUrl, needsKey, local: isLocal, defaultModel }) => {
    const hasKey = baseUrl !== null && keys.get(name, originOf(baseUrl)) !== null;
    const models = local.get(name) ?? (defaultModel === null ? [] : [defaultModel]);
    return {
      name,
      title,
      base_url: baseUrl,
      models,
      needs_key: needsKey,
      has_key: hasKey,
      available: !isLocal || local.has(name),
    };
  });
}

function originFor(provider: string, baseUrl: string | null): string | null {
  const url = baseUrl ?? findProvider(provider)?.baseUrl ?? null;
  // URLs with other schemes share one opaque origin: a key for one of them would be sent to all of them.
  return url !== null && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) ? originOf(url) : null;
}
