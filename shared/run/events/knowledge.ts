import { z } from 'zod';
import { countOf, formatDuration } from '../../figures/format.ts';
import { eventKind, slotEventKind } from './kind.ts';
import { eventSchema, ms, ofAttempt, passageSchema, sha256 } from './shapes.ts';
import { inTurn } from './turn.ts';

/** Events of the files of `knowledge`, and of the passages that agents received. */
export const KNOWLEDGE_EVENTS = {
  /** The files were read and can be searched. Written at the first use, and again after a resume. */
  'knowledge.indexed': eventKind(
    eventSchema('knowledge.indexed', {
      files: z.array(z.object({ file: z.string(), sha256, pieces: z.int().nonnegative() })),
      /** Files that cannot be used, each with the reason as a phrase that follows the file. */
      left_out: z.array(z.object({ file: z.string(), why: z.string() })).optional(),
      /** The searchable pieces of all files. */
      pieces: z.int().nonnegative(),
      /** The embedding model. Without it, passages are found by their words only. */
      embeddings: z.object({ model: z.string(), tokens: z.int().nonnegative() }).optional(),
      /** Why there are no embeddings, although the crew names a model for them. */
      failure: z.string().optional(),
      ms,
    }),
    {
      fold: (run, { files, left_out = [], pieces, embeddings, failure }) => {
        run.knowledge = {
          files,
          leftOut: left_out,
          pieces,
          embeddings: embeddings?.model ?? null,
          failure: failure ?? null,
        };
      },
      describe: ({ files, pieces, left_out = [], embeddings, failure, ms: took }) =>
        [
          countOf(files.length, 'file'),
          countOf(pieces, 'piece'),
          `after ${formatDuration(took)}`,
          ...(embeddings === undefined ? [] : [`embeddings by ${embeddings.model}`]),
          ...(failure === undefined ? [] : [`by words only: ${failure}`]),
          ...left_out.map(({ file, why }) => `left out ${file}, which ${why}`),
        ].join(', '),
    },
  ),
  /** An agent received passages. `blob`: their texts as a JSON array, in the order of `passages`. */
  'knowledge.used': eventKind(
    eventSchema('knowledge.used', {
      ...ofAttempt,
      agent: z.string(),
      /** `prompt`: with its task. `memory`: items of the crew's memory with its task. `tool`: as the answer of a tool. */
      by: z.enum(['prompt', 'tool', 'memory']),
      passages: z.array(passageSchema),
      blob: sha256,
    }),
    {
      fold: inTurn((turn, { t, seq, agent, by, passages, blob }) => {
        turn.passages.push({ t, seq, agent, by, passages, blob });
      }),
      describe: ({ agent, by, passages }) =>
        `${agent} ${by === 'tool' ? 'found' : 'received with the task'}: ${passages.map(({ source }) => source).join(', ') || 'nothing'}`,
    },
  ),
  /** An agent stored an item in the crew's memory, for later runs. */
  'memory.stored': slotEventKind(
    eventSchema('memory.stored', { ...ofAttempt, agent: z.string(), id: z.string(), text: z.string() }),
    { describe: ({ agent, id, text }) => `${agent} stored ${id}: ${text}` },
  ),
};
