import { z } from 'zod';
import { parseJson } from '../parse-json.ts';
import type { Crew } from './schema.ts';

export const TRAINING_FORMAT = 'crewlane-training/1';

/** The most texts of guidance for a task. They are part of its prompt. */
const MOST_TEXTS = 100;
const guidanceSchema = z.array(z.string().min(1).max(4000)).max(MOST_TEXTS);

/** The content of a training file, which `train` writes and `settings.training` names. */
export const trainingSchema = z.strictObject({
  format: z.literal(TRAINING_FORMAT),
  /** By the name of the task. */
  tasks: z.record(z.string(), z.strictObject({ guidance: guidanceSchema })),
});
export type Training = z.infer<typeof trainingSchema>;

/** Guidance by the name of the task. */
export type Guidance = Readonly<Record<string, readonly string[]>>;

export const NO_GUIDANCE: Guidance = {};

/** Returns the guidance in the text of a training file; null if it is not one. */
export function readGuidance(text: string): Guidance | null {
  const parsed = trainingSchema.safeParse(parseJson(text));
  if (!parsed.success) return null;
  return Object.fromEntries(Object.entries(parsed.data.tasks).map(([task, { guidance }]) => [task, guidance]));
}

/** Adds guidance to earlier guidance: each text once per task, and the latest texts of a task that has too many. */
export function joinGuidance(earlier: Guidance, more: Guidance): Guidance {
  const tasks = new Set([...Object.keys(earlier), ...Object.keys(more)]);
  return Object.fromEntries(
    [...tasks].map((task) => {
      const texts = new Set([...(earlier[task] ?? []), ...(more[task] ?? [])]);
      return [task, [...texts].slice(-MOST_TEXTS)];
    }),
  );
}

/** Returns the guidance that a crew uses, from the text of its training file; none if it names no file. */
export function guidanceOf(
  { settings }: Pick<Crew, 'settings'>,
  textOf: (path: string) => string | undefined,
): Guidance {
  const text = settings.training === undefined ? undefined : textOf(settings.training);
  return (text === undefined ? null : readGuidance(text)) ?? NO_GUIDANCE;
}
