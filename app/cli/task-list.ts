import { formatNumber } from '../../shared/figures/format.ts';
import { statusText } from '../../shared/figures/labels.ts';
import type { TaskFigures } from '../../shared/figures/task-figures.ts';
import { stripControlCharacters, table } from './text.ts';

/** If one task expanded to more tasks than this, only those that did not complete normally are listed. */
const LISTED = 20;

/** Lists the tasks of a run by their kind. The tasks that a task expanded to are below it, indented. */
export function taskList(tasks: readonly TaskFigures[]): string {
  const own = tasks.filter((task) => !task.isAssignment);
  const inner = new Map<string, TaskFigures[]>();
  for (const task of own) {
    if (task.instance === null) continue;
    const group = inner.get(task.instance.of);
    if (group) group.push(task);
    else inner.set(task.instance.of, [task]);
  }
  const section = (heading: string, async: boolean): string => {
    const rows = own
      .filter((task) => task.instance === null && task.async === async)
      .flatMap((task) => rowsOf(task, inner, 1));
    return rows.length === 0 ? '' : `\n${heading}\n${table(rows)}`;
  };
  return section('Concurrent tasks', true) + section('Sequential tasks', false);
}

function rowsOf(task: TaskFigures, inner: ReadonlyMap<string, readonly TaskFigures[]>, depth: number): string[][] {
  const own = inner.get(task.name) ?? [];
  const listed = own.length <= LISTED ? own : own.filter((one) => one.status !== 'completed' || one.degraded);
  const left = own.length - listed.length;
  const indent = '  '.repeat(depth);
  return [
    [`${indent}${titleOf(task)}`, task.agent ?? '', statusOf(task, own), task.async ? 'concurrent' : 'sequential'],
    ...listed.flatMap((one) => rowsOf(one, inner, depth + 1)),
    ...(left > 0 ? [[`${indent}  ${formatNumber(left)} more`, '', 'completed', '']] : []),
  ];
}

/** The status and, for a task that expanded, the number of its tasks that completed. */
function statusOf(task: TaskFigures, inner: readonly TaskFigures[]): string {
  if (inner.length === 0) return statusText(task);
  const completed = inner.filter((one) => one.status === 'completed').length;
  return `${statusText(task)} (${formatNumber(completed)} of ${formatNumber(inner.length)})`;
}

/** Only items have values for the placeholders in a title. A task whose title has placeholders is shown by its name. */
function titleOf({ name, title }: TaskFigures): string {
  return stripControlCharacters(/\{[^{}]+\}/.test(title) ? name : title);
}
