import { z } from 'zod';

/** The schema of an argument that chooses one of several actions of a tool. */
export function actionSchema<const Actions extends readonly string[]>(actions: Actions) {
  return z.enum(actions, {
    error: ({ input }) => (typeof input === 'string' ? `Unknown action ${input}` : undefined),
  });
}
