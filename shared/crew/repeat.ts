import { z } from 'zod';
import { MAX_EXPRESSION_CHARACTERS } from './expression-length.ts';

/** A task that ends a loop: the tasks from `from` to this one run again until a condition is true. */
export const repeatSchema = z.strictObject({
  until: z
    .string()
    .min(1)
    .max(MAX_EXPRESSION_CHARACTERS)
    .describe(
      'An expression in CEL. The loop ends after the round in which it is true. It uses the results of the tasks of the loop, `round` (from 1), and what `when` can use.',
    ),
  max: z.int().min(2).max(20).default(3).describe('The largest number of rounds.'),
  from: z.string().min(1).normalize('NFC').optional().describe('The first task of the loop. Default: the task itself.'),
  on_max: z
    .enum(['keep', 'fail'])
    .default('keep')
    .describe(
      'What happens if the last round ends and `until` is not true: `keep` its results, which are degraded, or `fail`.',
    ),
});
export type Repeat = z.infer<typeof repeatSchema>;
