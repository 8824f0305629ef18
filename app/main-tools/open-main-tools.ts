import type { Crew } from '../../shared/crew/schema.ts';
import type { SlotAnswer } from '../../shared/slot/protocol.ts';
import type { MainTools } from '../base/main-tools.ts';
import { WebClient } from '../network/web-client.ts';
import { builtInRunner } from './built-in/built-in-runner.ts';
import { httpRunner } from './http/http-runner.ts';
import { OnceSender } from './http/send-once.ts';
import { type MainRunners, mainTools } from './main-tools.ts';
import { Pages } from './pages/pages.ts';
import { chooseSearch } from './search/choose-search.ts';

/** What the tools of a run need from its environment. */
export interface MainToolsInput {
  crew: Crew;
  /** Returns the key with a name, from the key store or the environment; null if there is none. */
  keyNamed(name: string): string | null;
}

/** Opens the tools of one run. Nothing is started before the first request. */
export function openMainTools({ crew, keyNamed }: MainToolsInput): MainTools {
  const client = new WebClient();
  const sender = new OnceSender(client);
  const search = chooseSearch(crew.settings.web_search, keyNamed, client);
  const runners: MainRunners = {
    built_in: builtInRunner({ pages: new Pages(client), sender, search: () => search }),
    http: httpRunner(sender, keyNamed),
    mcp: NOT_SUPPORTED,
  };
  return mainTools(runners, async () => ({ ok: false, text: '', tools: [] }));
}

const NOT_SUPPORTED = {
  call: async (): Promise<SlotAnswer> => ({ ok: false, text: 'This kind of tool is not supported yet.' }),
  close: async (): Promise<void> => {},
};
