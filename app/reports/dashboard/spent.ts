import type { MeasuredFigures } from '../../../shared/figures/figures.ts';
import { formatCost, formatDuration, formatNumber, formatPercent } from '../../../shared/figures/format.ts';
import { titlesOf } from '../../../shared/figures/labels.ts';
import { spentText } from '../../../shared/figures/spent/spent-text.ts';
import { MARKDOWN } from '../figure-lines.ts';
import { code, inline, table } from '../markdown.ts';

/** Lists what the busy time of the run was spent on, the largest part first. */
export function spentTable({ spent, time }: MeasuredFigures): string {
  if (spent.length === 0) return 'No slot was busy.';
  const rows = spent.map((figure) => [
    spentText(figure, MARKDOWN),
    formatDuration(figure.ms),
    formatPercent(figure.share),
    formatDuration(figure.criticalMs),
    time.makespanMs === 0 ? '' : formatPercent(figure.criticalMs / time.makespanMs),
  ]);
  const head = ['Spent On', 'Busy Time', 'Share', 'On the Critical Path', 'Share of the Makespan'];
  return table(head, rows, [1, 2, 3, 4]);
}

/** Lists the tools that were called, the one with most time first. */
export function toolTable(figures: MeasuredFigures): string {
  if (figures.tools.length === 0) return 'No tool was called.';
  const titles = titlesOf(figures);
  const rows = figures.tools.map((tool) => [
    `${code(tool.name)}${tool.rehearsed > 0 ? ' (rehearsed)' : ''}`,
    formatNumber(tool.calls),
    formatNumber(tool.failed),
    formatDuration(tool.totalMs),
    durationOrNone(tool.p50Ms),
    durationOrNone(tool.p95Ms),
    durationOrNone(tool.longestMs),
    tool.longestIn === null ? '' : inline(titles.get(tool.longestIn) ?? tool.longestIn),
  ]);
  return table(['Tool', 'Calls', 'Failed', 'Total', 'p50', 'p95', 'Longest', 'Longest In'], rows, [1, 2, 3, 4, 5, 6]);
}

/** Lists the models that were called, the one with most calls first. */
export function modelTable({ models }: MeasuredFigures): string {
  if (models.length === 0) return 'No model was called.';
  const rows = models.map(({ model, usage, tokensPerSecond, ...times }) => [
    code(model),
    formatNumber(usage.calls),
    formatNumber(usage.failedCalls),
    formatNumber(usage.promptTokens),
    formatNumber(usage.completionTokens),
    durationOrNone(times.p50Ms),
    durationOrNone(times.p95Ms),
    durationOrNone(times.firstTokenP50Ms),
    durationOrNone(times.firstTokenP95Ms),
    tokensPerSecond === null ? '' : formatNumber(tokensPerSecond, 1),
    formatCost(usage),
  ]);
  const head = [
    ...['Model', 'Calls', 'Failed', 'Prompt Tokens', 'Completion Tokens', 'p50', 'p95'],
    ...['First Token p50', 'First Token p95', 'Tokens per Second', 'Cost'],
  ];
  return table(head, rows, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
}

function durationOrNone(ms: number | null): string {
  return ms === null ? '' : formatDuration(ms);
}
