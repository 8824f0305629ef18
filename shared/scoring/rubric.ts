import { z } from 'zod';

/** A criterion that a judge scores from 1 to 10. */
const criterionSchema = z.strictObject({
  name: z.string().min(1).max(64),
  description: z.string().max(2000).default(''),
  weight: z.number().positive().max(1000).default(1),
});

/** What a judge scores. The score of a result is the mean of its criteria, by weight. */
export const rubricSchema = z.strictObject({
  criteria: z
    .array(criterionSchema)
    .min(1)
    .max(20)
    .refine((criteria) => new Set(criteria.map(({ name }) => name)).size === criteria.length, {
      error: 'two criteria have the same name.',
    }),
});
export type Rubric = z.infer<typeof rubricSchema>;

/** Applies if no rubric is given. */
export const DEFAULT_RUBRIC: Rubric = rubricSchema.parse({
  criteria: [
    {
      name: 'quality',
      description:
        'Whether the result does what the task asks, contains what is expected, and is correct, complete and clear.',
    },
  ],
});
