import { z } from 'zod';
import { findJson } from '../slot/json-answer.ts';
import type { Rubric } from './rubric.ts';

/** The scores of a task, one for each run. Null: the run has no result of the task, or the judge gave no score. */
export interface TaskScores {
  task: string;
  scores: (number | null)[];
  /** The mean of the scores that exist; null if there are none. */
  mean: number | null;
}

/** What `test --json` prints. */
export interface Scores {
  /** The number of runs. */
  runs: number;
  /** The mean of the means of the tasks that have scores; null if none has. */
  mean: number | null;
  tasks: TaskScores[];
}

/** A score that a judge gave. */
export interface GivenScore {
  task: string;
  /** The number of the run, from 1. */
  run: number;
  score: number;
}

/** Returns the scores of all tasks, in their order. */
export function scoresOf(tasks: readonly string[], runs: number, given: readonly GivenScore[]): Scores {
  const listed = tasks.map((task): TaskScores => {
    const scores: (number | null)[] = Array.from({ length: runs }, () => null);
    for (const one of given) if (one.task === task) scores[one.run - 1] = one.score;
    return { task, scores, mean: meanOf(scores) };
  });
  return { runs, mean: meanOf(listed.map(({ mean }) => mean)), tasks: listed };
}

/** Returns the weighted mean of the scores in a judge's answer, or null if it does not answer the rubric. */
export function scoreIn(answer: string, { criteria }: Rubric): number | null {
  const found = findJson(answer, (value) => answerSchema.safeParse(value).success);
  if (found === null) return null;
  const { scores } = answerSchema.parse(found.value);
  const given = criteria.map(({ name, weight }) => ({ score: scores[name] ?? Number.NaN, weight }));
  const weights = given.reduce((sum, { weight }) => sum + weight, 0);
  const mean = given.reduce((sum, { score, weight }) => sum + score * weight, 0) / weights;
  return Number.isNaN(mean) ? null : mean;
}

const answerSchema = z.object({ scores: z.record(z.string(), z.number()) });

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}
