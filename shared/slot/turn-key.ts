import { z } from 'zod';

/** The identity of a turn. Two messages with the same four values are about the same turn. */
export const turnKeySchema = z.object({
  run: z.string(),
  task: z.string(),
  attempt: z.int().positive(),
  /** `propose:AGENT` or `vote:AGENT` of a consensual task; null if the attempt has only one turn. */
  turn: z.string().nullable(),
});
export type TurnKey = z.infer<typeof turnKeySchema>;

/** The key as one text, for maps. */
export function turnKeyText(key: TurnKey): string {
  return `${key.run} ${key.task} ${key.attempt} ${key.turn ?? ''}`;
}
