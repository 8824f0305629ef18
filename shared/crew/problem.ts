import { z } from 'zod';

/** An error prevents a run; a warning is a probable mistake. */
const severitySchema = z.enum(['error', 'warning']);

/**
 * Something that is wrong with a crew file, with its location. `line` and `column` count from 1; 0 means no location.
 */
export const problemSchema = z.object({
  /** A stable code for programs: `cycle`, `unknown_reference`, `duplicate_name` … */
  code: z.string(),
  /** A message for people: what is wrong and what to do. */
  message: z.string(),
  /** The path of the value, such as `tasks[2].context[0]`; empty for the file as a whole. */
  path: z.string(),
  line: z.int().nonnegative(),
  column: z.int().nonnegative(),
  /** Default: an error. */
  severity: severitySchema.optional(),
});
export type Problem = z.infer<typeof problemSchema>;
