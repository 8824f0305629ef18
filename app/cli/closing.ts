import { shownFigures } from '../../shared/figures/catalogue/catalogue.ts';
import type { MeasuredFigures } from '../../shared/figures/figures.ts';
import type { Crew } from '../../shared/project/schema.ts';
import { titleOf } from '../../shared/project/titles.ts';
import { CUT_AT_LENGTH_ADVICE } from '../../shared/run/cut-at-length.ts';
import type { ResultObject, RunObject } from '../reports/run-json.ts';
import { resumedNotes, stripControlCharacters, table } from './text.ts';

/** The figures that a run closes with, by key. */
const CLOSING = ['success_rate', 'makespan', 'throughput'];

/** What a run closes with: its outcome and main figures, then each task, concurrent ones before sequential ones. */
export function closingText(project: Crew, run: RunObject, measured: MeasuredFigures): string {
  const resumed = resumedNotes(run);
  const { overall } = shownFigures(measured);
  const figures = [
    ['Outcome', run.reason === null ? run.outcome : `${run.outcome} (${run.reason})`],
    ...CLOSING.flatMap((key) => overall.filter((figure) => figure.key === key).map(({ label, text }) => [label, text])),
    ...(resumed.length === 0 ? [] : [['Interrupted', resumed.join(', ')]]),
  ];
  return [
    '\n',
    table(figures.map(([name = '', value = '']) => [`  ${name}`, value])),
    part('Concurrent tasks', project, run, true),
    part('Sequential tasks', project, run, false),
    cutText(project, run),
  ].join('');
}

/** Results that are not whole, and what to do. */
function cutText({ tasks }: Crew, { results }: RunObject): string {
  const cut = results.filter((result) => result.cut_at_length);
  if (cut.length === 0) return '';
  const titles = tasks
    .filter(({ name }) => cut.some(({ task }) => task === name))
    .map((task) => stripControlCharacters(titleOf(task)));
  return `\nCut at its length: ${titles.join(', ')}. ${CUT_AT_LENGTH_ADVICE}\n`;
}

function part(heading: string, project: Crew, run: RunObject, async: boolean): string {
  const results = new Map(run.results.map((result) => [result.task, result]));
  const rows = project.tasks
    .filter((task) => task.async === async)
    .map((task) => {
      const result = results.get(task.name);
      return [
        `  ${stripControlCharacters(titleOf(task))}`,
        result?.assigned_agent ?? '',
        statusOf(result),
        async ? 'concurrent' : 'sequential',
      ];
    });
  return rows.length === 0 ? '' : `\n${heading}\n${table(rows)}`;
}

function statusOf(result: ResultObject | undefined): string {
  if (!result) return 'pending';
  const notes = [
    ...(result.degraded ? ['degraded'] : []),
    ...(result.cached ? ['from the cache'] : []),
    ...(result.kept ? ['kept'] : []),
    ...(result.edited ? ['edited by a person'] : []),
    ...(result.cut_at_length ? ['truncated'] : []),
  ];
  return [result.status, ...notes].join(', ');
}
