import type { Figures } from '../../../shared/figures/figures.ts';
import { countOf, formatDuration, formatNumber, listOf } from '../../../shared/figures/format.ts';
import { statusMark, statusText } from '../../../shared/figures/labels.ts';
import type { TaskFigures } from '../../../shared/figures/task-figures.ts';
import { blocks, bullets, code, inline } from '../markdown.ts';

const NAMED = 12;

/** Lists the concurrent tasks by category, then the sequential ones. */
export function taskAnalysis(figures: Figures): string[] {
  const tasks = figures.tasks.filter((task) => !task.isAssignment);
  const concurrent = tasks.filter((task) => task.async);
  const sequential = tasks.filter((task) => !task.async);
  return [
    ...(concurrent.length === 0 ? [] : ['### Concurrent Tasks', bullets(groupLines(concurrent))]),
    ...(sequential.length === 0 ? [] : ['### Sequential Tasks', sequentialText(sequential)]),
  ];
}

function groupLines(tasks: readonly TaskFigures[]): string[] {
  const groups = new Map<string, TaskFigures[]>();
  for (const task of tasks) groups.set(task.category, [...(groups.get(task.category) ?? []), task]);
  return [...groups].map(([category, group]) => {
    const done = group.filter((task) => task.status === 'completed');
    const worst = group.find((task) => task.status !== 'completed') ?? group.find((task) => task.degraded) ?? group[0];
    const mark = worst ? statusMark(worst) : '';
    const busy = group.reduce((sum, task) => sum + task.busyMs, 0);
    const others = group.filter((task) => task.status !== 'completed' || task.degraded);
    const named = others.slice(0, NAMED).map((task) => `${code(task.name)} ${statusText(task)}`);
    const rest = others.length > NAMED ? ` and ${formatNumber(others.length - NAMED)} more` : '';
    const notes = named.length === 0 ? '' : ` Not completed normally: ${listOf(named)}${rest}.`;
    return `${mark} **${inline(category)} (${done.length}/${group.length}):** ${formatDuration(busy)} of busy time.${notes}`;
  });
}

function sequentialText(tasks: readonly TaskFigures[]): string {
  const lines = tasks.slice(0, NAMED).map((task) => {
    const times =
      task.startedMs === null
        ? 'never started'
        : `ran ${formatDuration(task.runningMs)} from ${formatDuration(task.startedMs)}`;
    return `${statusMark(task)} **${inline(task.title)}:** ${statusText(task)}; ${times}, after waiting ${formatDuration(task.waitingMs)}.`;
  });
  const left = tasks.length - lines.length;
  return blocks(bullets(lines), left > 0 ? `${countOf(left, 'further task')} in \`performance_dashboard.md\`.` : '');
}
