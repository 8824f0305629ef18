import { z } from 'zod';
import { addressSchema } from './tool-schema.ts';

/** The services that search the web. */
export const SEARCH_PROVIDERS = ['serper', 'tavily', 'brave', 'searxng', 'duckduckgo'] as const;
export type SearchProvider = (typeof SEARCH_PROVIDERS)[number];

/** The name of the key of each service; null: it needs none. */
export const SEARCH_KEYS: Readonly<Record<SearchProvider, string | null>> = {
  serper: 'SERPER_API_KEY',
  tavily: 'TAVILY_API_KEY',
  brave: 'BRAVE_API_KEY',
  searxng: null,
  duckduckgo: null,
};

/** How `web_search` searches. */
export const webSearchSchema = z.strictObject({
  provider: z
    .enum(SEARCH_PROVIDERS)
    .describe(
      'The service. `serper`, `tavily` and `brave` need the key `SERPER_API_KEY`, `TAVILY_API_KEY` or `BRAVE_API_KEY`; `searxng` needs `base_url`.',
    ),
  base_url: addressSchema.optional().describe("The address of the service, if it is not the provider's own."),
});
export type WebSearchSettings = z.infer<typeof webSearchSchema>;
