import { z } from 'zod';

/** Schemas of values that several parts of a crew file use. */

/**
 * 1 to 64 characters: letters of any script, marks, digits, `_`, `-`; starts with a letter or `_`. Normalized (NFC).
 */
export const NAME = /^[\p{L}_][\p{L}\p{M}\p{Nd}_-]{0,63}$/u;
/** The name of a crew, an agent, a task or a pool. */
export const nameSchema = z.string().normalize('NFC').regex(NAME);
/** A text that is not empty. */
export const text = z.string().min(1);
/** A reference to something else in the file. `check.ts` checks that it exists. */
export const reference = text.normalize('NFC');

/** A number of seconds in a range. */
export const seconds = (min: number, max: number) => z.number().min(min).max(max);
/** A whole number in a range. */
export const count = (min: number, max: number) => z.int().min(min).max(max);
/** A number above 0. */
export const positive = z.number().positive();
/** Whether results of earlier runs are used, and whether new ones are stored. */
export const cache = z.enum(['off', 'read', 'read_write']);
/** Whether a task runs without the results of failed tasks. */
export const onDependencyFailure = z.enum(['continue', 'skip']);

/** Calls that a person must approve. */
export const approveTools = z.union([z.boolean(), z.array(text).min(1).max(100)]);
