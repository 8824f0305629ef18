import { WAIT_REASONS } from '../../shared/run/waits.ts';
import type { TaskFigures } from './figures/task-figures.ts';
import type { MeasuredFigures } from './figures.ts';

type Cell = string | number | boolean | null;

/** `tasks.csv`: a row a task, the manager's assignment among them; times in seconds with three decimals. */
export function tasksCsv({ tasks }: MeasuredFigures): string {
  const columns = Object.keys(tasks[0] ? rowOf(tasks[0]) : {});
  const rows = tasks.map((task) => Object.values(rowOf(task)));
  return `${[columns, ...rows].map((cells) => cells.map(cellText).join(',')).join('\r\n')}\r\n`;
}

function rowOf(task: TaskFigures): Record<string, Cell> {
  return {
    task: task.name,
    title: task.title,
    agent: task.agent,
    category: task.category,
    execution: task.async ? 'concurrent' : 'sequential',
    status: task.status,
    degraded: task.degraded,
    cached: task.cached,
    kept: task.kept,
    edited: task.edited,
    attempts: task.attempts,
    slot: task.slot,
    started_s: seconds(task.startedMs),
    ended_s: seconds(task.endedMs),
    waited_s: seconds(task.waitingMs),
    ran_s: seconds(task.runningMs),
    busy_s: seconds(task.busyMs),
    failed_busy_s: seconds(task.failedBusyMs),
    ...Object.fromEntries(
      WAIT_REASONS.map((reason) => [
        `waited_${reason}_s`,
        seconds(task.waits.find((wait) => wait.reason === reason)?.ms ?? 0),
      ]),
    ),
    critical_s: seconds(task.criticalMs),
    slack_s: seconds(task.slackMs),
    model_calls: task.usage.calls,
    prompt_tokens: task.usage.promptTokens,
    completion_tokens: task.usage.completionTokens,
    cost_usd: task.usage.costUsd,
    tool_calls: task.tools.reduce((sum, tool) => sum + tool.calls, 0),
    error_kind: task.error?.kind ?? null,
    error_message: task.error?.message ?? null,
  };
}

function seconds(ms: number | null): string | null {
  return ms === null ? null : (ms / 1000).toFixed(3);
}

/** Text that a spreadsheet would take for a formula gets an apostrophe in front. */
function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const text = /^[=+@\t\r]|^-(?![\d.]+$)/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
