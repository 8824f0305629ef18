import { z } from 'zod';
import { isBoundedGlob } from './bounded-glob.ts';
import { reference, text } from './value-schemas.ts';

/** What is counted for an entry of the workload, always from the run's events. */
export const measureSchema = z.union([
  z.strictObject({ rows_of: text }),
  z.strictObject({
    files_written: text.refine(
      isBoundedGlob,
      'it has too many wildcards. Use at most 3 times "*", 2 times "**" and one group in braces.',
    ),
  }),
  z.strictObject({ items: z.strictObject({ task: reference, path: z.string() }) }),
  z.strictObject({ checks: reference }),
  z.strictObject({ completed: z.string() }),
]);

export const workloadEntrySchema = z.strictObject({
  declared: z.number().nonnegative().describe('The expected amount.'),
  unit: z.string().optional().describe('The unit of the amount, such as `rows`.'),
  measure: measureSchema
    .optional()
    .describe('How a run measures the amount. Without it the reports say "not measured".'),
});
