import { z } from 'zod';
import { MAX_EXPRESSION_CHARACTERS } from './expression-length.ts';

const text = z.string().min(1);
/** A JSON Pointer (RFC 6901): empty for the whole value, or steps that start with `/`. */
const POINTER = /^(\/([^~/]|~[01])*)*$/;
/** A name that placeholders can start with. */
const IDENTIFIER = /^[\p{L}_][\p{L}\p{M}\p{Nd}_-]{0,63}$/u;
/** Names that placeholders already have a meaning for. */
const TAKEN: ReadonlySet<string> = new Set(['index', 'count', 'round', 'outputs']);

/**
 * A task that runs once for each item of a list. The list is in the result of a task of its context, or in an input:
 * `check-for-each.ts` checks that exactly one of `task` and `input` is set. Without `path` and `where`, a task whose source
 * has `for_each` itself runs for each result of the source, without waiting for the others.
 */
export const forEachSchema = z.strictObject({
  task: text.normalize('NFC').optional().describe('The task of the context whose result contains the list.'),
  input: text.optional().describe('The input that contains the list, in place of `task`.'),
  path: z
    .string()
    .regex(POINTER, 'it is not a JSON Pointer. Write a path such as "/chapters", or "" for the whole result.')
    .optional()
    .describe('Where the list is, as a JSON Pointer. Default: the whole value.'),
  as: text
    .normalize('NFC')
    .regex(IDENTIFIER, 'it is not a name. Use letters, digits, "_" or "-", starting with a letter or "_".')
    .refine((name) => !TAKEN.has(name), 'this name is reserved. Choose another one.')
    .default('item')
    .describe('The name of the item in placeholders, such as `{item.title}`.'),
  where: z
    .string()
    .min(1)
    .max(MAX_EXPRESSION_CHARACTERS)
    .optional()
    .describe(
      'An expression in CEL that filters the items before `max` counts them. It uses the item by its name and `index` (from 1), and what `when` can use.',
    ),
  max: z.int().min(1).max(10_000).default(100).describe('The largest number of items. A longer list fails the task.'),
  parallel: z.int().min(1).max(64).optional().describe('The number of items that run at the same time.'),
  on_failure: z
    .enum(['continue', 'fail'])
    .default('continue')
    .describe('Whether the other items continue when one fails.'),
  join: z
    .string()
    .optional()
    .describe('The text between the results. Without it, the result is a JSON array of all results.'),
  with_list: z.boolean().default(false).describe('Whether each item also receives the whole result of the source.'),
  estimate_items: z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe('The expected number of items, used until earlier runs give a better estimate.'),
});
export type ForEach = z.infer<typeof forEachSchema>;
