import type { MeasuredFigures } from '../../../shared/figures/figures.ts';
import { formatDuration, formatNumber, formatPercent } from '../../../shared/figures/format.ts';
import { titlesOf } from '../../../shared/figures/labels.ts';
import { waitPhrase } from '../../../shared/figures/wait-reasons.ts';
import { WAIT_REASONS } from '../../../shared/run/wait-reason.ts';
import { blocks, code, inline, table } from '../markdown.ts';

const SLACK_SHOWN = 10;
/** Shorter times would be written as 0.00 s. */
const SHOWN_FROM_MS = 5;

/** Lists the critical path, then the slack of the other tasks. */
export function pathTable(figures: MeasuredFigures): string {
  const titles = titlesOf(figures);
  if (figures.path.links.length === 0) return 'Nothing ran, so there is no critical path.';
  const links = figures.path.links.filter((link) => link.end - link.start >= SHOWN_FROM_MS);
  const rows = links.map((link) => [
    inline(titles.get(link.task) ?? link.task),
    link.reason === null
      ? 'ran'
      : `waited ${waitPhrase(link.reason)}${link.blocker === null || link.blocker.startsWith('@') ? '' : ` (${code(link.blocker)})`}`,
    formatDuration(link.start),
    formatDuration(link.end),
    formatDuration(link.end - link.start),
    link.shownThousandths === null ? '—' : formatPercent(link.shownThousandths / 1000),
  ]);
  return blocks(
    table(['Task', 'What It Did', 'From', 'To', 'Took', 'Share of Makespan'], rows, [2, 3, 4, 5]),
    slackText(figures, titles),
  );
}

function slackText(figures: MeasuredFigures, titles: ReadonlyMap<string, string>): string {
  const others = [...figures.path.slack].sort((a, b) => a[1] - b[1]);
  if (others.length === 0) return '';
  const shown = others
    .slice(0, SLACK_SHOWN)
    .map(([name, ms]) => `${inline(titles.get(name) ?? name)} ${formatDuration(ms)}`);
  const more = others.length > SLACK_SHOWN ? `, and ${formatNumber(others.length - SLACK_SHOWN)} more` : '';
  return `Slack of the other tasks, the smallest first: ${shown.join(', ')}${more}.`;
}

/** Lists what the tasks waited for, summed over all tasks. */
export function waitTable({ tasks }: MeasuredFigures): string {
  const rows = WAIT_REASONS.flatMap((reason) => {
    const own = tasks.flatMap((task) =>
      task.waits.filter((wait) => wait.reason === reason).map((wait) => ({ task, wait })),
    );
    if (own.length === 0) return [];
    const longest = own.reduce((most, next) => (next.wait.ms > most.wait.ms ? next : most));
    return [
      [
        waitPhrase(reason),
        formatNumber(own.length),
        formatDuration(own.reduce((sum, { wait }) => sum + wait.ms, 0)),
        `${inline(longest.task.title)}, ${formatDuration(longest.wait.ms)}`,
      ],
    ];
  });
  if (rows.length === 0) return 'No task waited.';
  return table(['Waited', 'Tasks', 'Together', 'Longest'], rows, [1, 2]);
}
