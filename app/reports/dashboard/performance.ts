import { costText, slotsText } from '../../../shared/figures/conditions-text.ts';
import type { Figures, MeasuredFigures } from '../../../shared/figures/figures.ts';
import { countOf, formatDuration, formatNumber, formatPercent } from '../../../shared/figures/format.ts';
import { budgetText, completedNotes, statusMark, statusText, timeSavedText } from '../../../shared/figures/labels.ts';
import type { TaskFigures } from '../../../shared/figures/task-figures.ts';
import { tokensOf } from '../../../shared/figures/usage.ts';
import { apportion } from '../../../shared/run/apportion.ts';
import { WAIT_REASONS } from '../../../shared/run/wait-reason.ts';
import { blocks, code, inline, table } from '../markdown.ts';
import { reusedLines, reusedNote } from '../reused-text.ts';
import { isShown } from './bottlenecks.ts';

/** The run in a dozen lines. */
export function overallLines(figures: MeasuredFigures): string[] {
  const { counts, time, usage } = figures;
  const perSecond = time.perSecond;
  const budget = budgetText(figures);
  return [
    `**Total Tasks:** ${formatNumber(counts.total)}`,
    `**Completed Tasks:** ${formatNumber(counts.completed)}${completedNotes(figures)}`,
    ...otherEndLines(figures),
    `**Concurrent Tasks:** ${formatNumber(counts.concurrent)}`,
    `**Sequential Tasks:** ${formatNumber(counts.sequential)}`,
    `**Makespan:** ${formatDuration(time.makespanMs)}`,
    ...besideMakespan(figures),
    perSecond === null
      ? '**Processing Speed:** none, since no time passed'
      : `**Processing Speed:** ${formatNumber(perSecond, 2)} tasks/second (${formatNumber(perSecond * 3600)} tasks/hour)${reusedNote(counts)}`,
    ...reusedLines(figures.reused),
    `**Model Calls:** ${formatNumber(usage.calls)}${usage.failedCalls > 0 ? ` (${formatNumber(usage.failedCalls)} failed)` : ''}`,
    `**Tokens:** ${formatNumber(tokensOf(usage))} (${formatNumber(usage.promptTokens)} prompt${usage.cachedTokens > 0 ? `, ${formatNumber(usage.cachedTokens)} of them cached` : ''}, ${formatNumber(usage.completionTokens)} completion${usage.tokensEstimated ? '; in part estimated' : ''})`,
    `**Cost:** ${costText(figures)}`,
    ...(budget === null ? [] : [`**Budget:** ${budget}`]),
  ];
}

function otherEndLines({ counts }: MeasuredFigures): string[] {
  const ends: [string, number][] = [
    ['Failed Tasks', counts.failed],
    ['Skipped Tasks', counts.skipped],
    ['Tasks Not Chosen', counts.notChosen],
    ['Cancelled Tasks', counts.cancelled],
    ['Tasks Not Ended', counts.pending],
  ];
  return ends.filter(([, count]) => count > 0).map(([name, count]) => `**${name}:** ${formatNumber(count)}`);
}

function besideMakespan({ time }: MeasuredFigures): string[] {
  return [
    ...(isShown(time.pausedMs) ? [`**Paused, Not Counted:** ${formatDuration(time.pausedMs)}`] : []),
    ...(isShown(time.cutOffMs) ? [`**Cut Off, Not Counted:** ${formatDuration(time.cutOffMs)}`] : []),
    ...(isShown(time.personMs)
      ? [`**Waited for a Person with Nothing Else to Run:** ${formatDuration(time.personMs)}`]
      : []),
  ];
}

/** How parallel the run was, and how parallel it could have been. */
export function concurrencyLines(figures: Figures): string[] {
  const { time, batch } = figures;
  const { concurrency, lowerBound } = time;
  return [
    `**Slots:** ${slotsText(figures).replace(/ slots?\b/, '')}${batch === null ? '' : `, shared by the ${formatNumber(batch.rows)} rows of the batch`}`,
    `**Peak Concurrency:** ${countOf(concurrency.peak, 'turn')} at once`,
    `**Mean Concurrency:** ${formatNumber(concurrency.mean, 2)} turns`,
    `**Time by Level:** ${levelsText(concurrency.levels)}`,
    batch === null
      ? `**Slot Utilization:** ${share(time.utilisation)} (${formatDuration(time.sequentialMs)} busy in ${formatDuration(time.slotMs)} of slot time)`
      : `**Slot Utilization:** not given for a row of a batch, because other rows used its slots too (${formatDuration(time.sequentialMs)} busy)`,
    `**Sequential Time, Estimated:** ${formatDuration(time.sequentialMs)}, the sum of all busy time`,
    `**Time Saved:** ${timeSavedText(time)}`,
    `**Lower Bound:** ${formatDuration(lowerBound.ms)} (longest path ${formatDuration(lowerBound.path_ms)}, slots ${formatDuration(lowerBound.slots_ms)}${lowerBound.pools.map(poolBound).join('')})`,
    `**Schedule Efficiency:** ${share(time.efficiency)}, the lower bound ÷ the makespan`,
  ];
}

function poolBound({ pool, ms }: { pool: string | null; ms: number }): string {
  return `, ${pool === null ? 'sequential lane' : code(pool)} ${formatDuration(ms)}`;
}

function levelsText(levels: readonly number[]): string {
  const total = levels.reduce((sum, ms) => sum + ms, 0);
  if (total === 0) return 'nothing ran';
  const shares = apportion(levels, 1000);
  return levels
    .flatMap((ms, level) => (ms === 0 ? [] : [`${level}: ${formatPercent((shares[level] ?? 0) / 1000)}`]))
    .join(' · ');
}

function share(value: number | null): string {
  return value === null ? 'none, since nothing ran' : formatPercent(value);
}

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

/** One row per task, with the manager's assignment where it ran; of a large crew those that matter most. */
export function taskTable({ tasks }: MeasuredFigures): string {
  const shown = mostTelling(tasks);
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
  const note = `${formatNumber(left)} of ${formatNumber(tasks.length)} tasks are left out: the shorter ones that completed. \`tasks.csv\` has all tasks.`;
  return blocks(table(head, rows, [3, 4, 5, 6, 7]), left > 0 ? note : '');
}

/** Those that did not plainly complete before those that did, the longer before the shorter; shown in their own order. */
function mostTelling(tasks: readonly TaskFigures[]): readonly TaskFigures[] {
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
