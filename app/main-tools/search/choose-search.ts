import type { WebSearchSettings } from '../../../shared/crew/web-search.ts';
import type { KeyNamed } from '../../base/main-tools.ts';
import { originOf } from '../../base/origin.ts';
import type { WebClient } from '../../network/web-client.ts';
import { SEARCH_SERVICES, Search } from './search.ts';

type Chosen = { ok: true; search: Search } | { ok: false; text: string };

/** Makes the search of a run: that of the crew file, else the first service with a key, else the one without a key. */
export function chooseSearch(settings: WebSearchSettings | undefined, keyNamed: KeyNamed, client: WebClient): Chosen {
  const withKey = (['serper', 'tavily', 'brave'] as const).find((name) => {
    const { keyName, baseUrl } = SEARCH_SERVICES[name];
    return keyName !== null && baseUrl !== null && keyNamed(keyName, originOf(baseUrl)) !== null;
  });
  const provider = settings?.provider ?? withKey ?? 'duckduckgo';
  const { title, baseUrl: ownUrl, keyName } = SEARCH_SERVICES[provider];
  const baseUrl = settings?.base_url ?? ownUrl;
  if (baseUrl === null)
    return { ok: false, text: `${title} has no address. A person must set base_url of settings.web_search.` };
  const key = keyName === null ? '' : keyNamed(keyName, originOf(baseUrl));
  if (key === null) return { ok: false, text: `The key ${keyName} for ${title} is not set. A person must set it.` };
  return { ok: true, search: new Search(client, { provider, baseUrl, key }) };
}
