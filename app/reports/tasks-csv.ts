import type { MeasuredFigures } from '../../shared/figures/figures.ts';
import type { TaskFigures } from '../../shared/figures/task-figures.ts';
import { printable } from '../../shared/printable.ts';
import { WAIT_REASONS } from '../../shared/run/wait-reason.ts';

type Cell = string | number | boolean | null;

/** Without it, spreadsheets read the file in the language of the machine instead of UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

/** Returns `tasks.csv`: one row per task and for the manager's assignment. Times are seconds with three decimals. */
export function tasksCsv({ tasks }: MeasuredFigures): string {
  const columns = Object.keys(tasks[0] ? rowOf(tasks[0]) : {});
  const rows = tasks.map((task) => Object.values(rowOf(task)));
  return `${BYTE_ORDER_MARK}${[columns, ...rows].map((cells) => cells.map(cellText).join(',')).join('\r\n')}\r\n`;
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
    ready_s: seconds(task.readyMs),
    started_s: seconds(task.startedMs),
    ended_s: seconds(task.endedMs),
    waited_s: seconds(task.waitingMs),
    ran_s: seconds(task.runningMs),
    busy_s: seconds(task.busyMs),
    failed_busy_s: seconds(task.failedBusyMs),
    model_s: seconds(task.modelMs),
    tool_s: seconds(task.toolMs),
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
    of: task.instance?.of ?? null,
    index: task.instance?.index ?? null,
    round: task.instance?.round ?? null,
    choices: task.choices?.join(', ') ?? null,
  };
}

function seconds(ms: number | null): string | null {
  return ms === null ? null : (ms / 1000).toFixed(3);
}

/** Returns printable text. A text that a spreadsheet would treat as a formula gets a leading apostrophe. */
function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const plain = printable(cell);
  const text = /^\s*(?:[=+@＝＋－＠]|-(?!\d*\.?\d+$))/.test(plain) ? `'${plain}` : plain;
  return /[",;\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
