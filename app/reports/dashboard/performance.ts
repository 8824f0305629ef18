import type { MeasuredFigures } from '../../../shared/figures/figures.ts';
import { formatDuration, formatNumber, formatPercent } from '../../../shared/figures/format.ts';
import { statusMark, statusText } from '../../../shared/figures/labels.ts';
import type { TaskFigures } from '../../../shared/figures/task-figures.ts';
import { WAIT_REASONS } from '../../../shared/run/wait-reason.ts';
import { blocks, code, inline, table } from '../markdown.ts';

export function taskDistribution({ categories }: MeasuredFigures): string {
  const rows = categories.map((category) => [
    inline(category.category),
    formatNumber(category.total),
    formatNumber(category.concurrent),
    formatNumber(category.sequential),
    category.notChosen === category.total ? 'not chosen' : formatPercent(category.successRate),
    formatDuration(category.busyMs),
  ]);
  return table(['Category', 'Tasks', 'Concurrent', 'Sequential', 'Success Rate', 'Busy Time'], rows, [1, 2, 3, 4, 5]);
}

const TASKS_SHOWN = 200;

/**
 * Returns a table with one row per task, and the manager's assignment if it ran; for a large crew, only the most
 * relevant tasks.
 */
export function taskTable({ tasks }: MeasuredFigures): string {
  const shown = mostRelevant(tasks);
  const rows = shown.map((task) => [
    inline(task.title),
    task.agent === null ? '' : code(task.agent),
    `${statusMark(task)} ${statusText(task)}`,
    task.slot === null ? '' : String(task.slot),
    formatDuration(task.waitingMs),
    task.startedMs === null ? 'never' : formatDuration(task.startedMs),
    formatDuration(task.runningMs),
    formatNumber(task.attempts),
    mainWait(task.waits),
  ]);
  const head = ['Task', 'Agent', 'Status', 'Slot', 'Waited', 'Started', 'Ran', 'Attempts', 'Waited Longest For'];
  const left = tasks.length - shown.length;
  const note = `${formatNumber(left)} of ${formatNumber(tasks.length)} tasks are not listed: the shorter ones that completed. \`tasks.csv\` has all tasks.`;
  return blocks(table(head, rows, [3, 4, 5, 6, 7]), left > 0 ? note : '');
}

/**
 * Selects the most relevant tasks: first those that did not complete normally, then the longest. They are shown in
 * declared order.
 */
function mostRelevant(tasks: readonly TaskFigures[]): readonly TaskFigures[] {
  if (tasks.length <= TASKS_SHOWN) return tasks;
  const plain = (task: TaskFigures): number => (task.status === 'completed' && !task.degraded ? 1 : 0);
  const ranked = [...tasks].sort((a, b) => plain(a) - plain(b) || b.busyMs - a.busyMs);
  const chosen = new Set(ranked.slice(0, TASKS_SHOWN));
  return tasks.filter((task) => chosen.has(task));
}

function mainWait(waits: MeasuredFigures['tasks'][number]['waits']): string {
  const longest = WAIT_REASONS.flatMap((reason) => waits.filter((wait) => wait.reason === reason)).reduce<
    (typeof waits)[number] | null
  >((most, wait) => (most === null || wait.ms > most.ms ? wait : most), null);
  if (longest === null) return '';
  const blocker = longest.blockers.find((name) => !name.startsWith('@'));
  return `${longest.reason.replaceAll('_', ' ')}${blocker === undefined ? '' : `: ${code(blocker)}`}`;
}
