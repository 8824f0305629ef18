import { z } from 'zod';

const text = z.string().min(1);

/** Files that agents know: their passages are part of prompts, and answer `knowledge_search`. */
export const knowledgeSchema = z.strictObject({
  path: text
    .normalize('NFC')
    .describe(
      'A file or folder below the folder of the crew file, or a pattern such as `manuals/**/*.pdf`: text, Markdown, HTML, PDF, Word and Excel.',
    ),
  agents: z
    .array(text.normalize('NFC'))
    .min(1)
    .optional()
    .describe('The agents that know these files. Default: all agents.'),
});
export type Knowledge = z.infer<typeof knowledgeSchema>;

/** How the files of `knowledge` are used. */
export const knowledgeSettingsSchema = z.strictObject({
  results: z
    .int()
    .min(0)
    .max(20)
    .default(3)
    .describe('The number of passages in the prompt of a task. 0: only `knowledge_search` finds passages.'),
  embeddings: text
    .optional()
    .describe(
      'The embedding model that ranks passages by meaning, as `provider/model`, such as `openai/text-embedding-3-small`. Default: passages are found by their words only.',
    ),
});
export type KnowledgeSettings = z.infer<typeof knowledgeSettingsSchema>;

/** The settings of a crew that does not set them. */
const DEFAULTS: KnowledgeSettings = knowledgeSettingsSchema.parse({});

/** Returns how a crew uses its knowledge. */
export function knowledgeSettingsOf({ settings }: { settings: { knowledge?: KnowledgeSettings | undefined } }) {
  return settings.knowledge ?? DEFAULTS;
}

/** Whether an agent knows the files of an entry. */
export function isKnownBy({ agents }: Pick<Knowledge, 'agents'>, agent: string): boolean {
  return agents === undefined || agents.includes(agent);
}
