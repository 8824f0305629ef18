import { z } from 'zod';

/** Why a task was not chosen. */
export const notChosenBecauseSchema = z.enum(['choice', 'context', 'when']);
export type NotChosenBecause = z.infer<typeof notChosenBecauseSchema>;

/** Returns the reason as a phrase that follows "Not chosen: ". */
export function notChosenText(because: NotChosenBecause): string {
  switch (because) {
    case 'choice':
      return 'no choice that it waits for was made';
    case 'context':
      return 'nothing that it depends on was chosen';
    case 'when':
      return 'its condition is false';
  }
}
