import type { Crew } from '../../shared/crew/schema.ts';
import { titleOf } from '../../shared/crew/titles.ts';
import { formatNumber } from '../../shared/figures/format.ts';
import { printableLine } from '../../shared/printable.ts';
import type { Scores } from '../../shared/scoring/scores.ts';
import { HIGHEST_SCORE, LOWEST_SCORE } from '../../shared/scoring/scoring-crew.ts';
import { table } from './text.ts';

/** Returns the table of scores that `test` prints: a row for each task, a column for each run, and the means. */
export function scoresText(crew: Crew, { runs, mean, tasks, rehearsal }: Scores & { rehearsal: boolean }): string {
  const titles = new Map(crew.tasks.map((task) => [task.name, printableLine(titleOf(task))]));
  const numbers = Array.from({ length: runs }, (_, at) => `run ${at + 1}`);
  const rows = tasks.map(({ task, scores, mean: ofTask }) => [
    titles.get(task) ?? task,
    ...scores.map(scoreText),
    scoreText(ofTask),
  ]);
  const last = ['mean', ...numbers.map(() => ''), scoreText(mean)];
  const what = rehearsal ? 'Rehearsed scores (no model was called)' : 'Scores';
  return `${what} from ${LOWEST_SCORE} to ${HIGHEST_SCORE}\n${table([['task', ...numbers, 'mean'], ...rows, last])}`;
}

function scoreText(score: number | null): string {
  return score === null ? 'none' : formatNumber(score, 1);
}
