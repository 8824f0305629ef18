import type { Figures } from '../../../shared/figures/figures.ts';
import { countOf, formatDuration, formatNumber, formatPercent, listOf } from '../../../shared/figures/format.ts';
import { reviewsText } from '../../../shared/figures/labels.ts';
import type { CheckCount } from '../../../shared/figures/quality.ts';
import { limitWaitMs, restartsText } from '../../../shared/figures/slot-labels.ts';
import { code } from '../markdown.ts';

/** Checks, repairs, degraded results and reviews: nothing else is called quality. */
export function qualityLines({ quality }: Figures): string[] {
  const { guardrails, schemas, repairs, managerReviews, degraded, reviews } = quality;
  const { passed, failed } = managerReviews;
  return [
    `**Guardrail Checks:** ${checksText(guardrails)}`,
    `**Schema Checks:** ${checksText(schemas)}`,
    `**Repairs:** ${repairs.passed + repairs.failed === 0 ? 'none asked for' : checksText(repairs)}`,
    ...(passed + failed === 0
      ? []
      : [`**Reviews by the Manager:** ${formatNumber(passed)} approved, ${formatNumber(failed)} sent back`]),
    `**Degraded Results:** ${degraded.length === 0 ? 'none' : listOf(degraded.map(code))}`,
    `**Reviews by a Person:** ${reviewsText(reviews) ?? 'none asked for'}`,
  ];
}

function checksText({ passed, failed }: CheckCount): string {
  const parts = [
    ...(passed > 0 ? [`${formatNumber(passed)} passed`] : []),
    ...(failed > 0 ? [`${formatNumber(failed)} failed`] : []),
  ];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

/** The lines on completed and failed tasks, failed and lost turns, retries, restarts of slots, refusals and leases. */
export function reliabilityLines({ counts, time, tasks, agents, slotUse, limits, pools, lost }: Figures): string[] {
  const failures = agents.reduce((sum, agent) => sum + agent.failures, 0);
  const retried = tasks.filter((task) => task.attempts > 1);
  const refused = limits.reduce((sum, limit) => sum + limit.refused, 0);
  const reclaimed = pools.reduce((sum, pool) => sum + pool.reclaimed, 0);
  const failed = tasks.filter((task) => task.status === 'failed').map((task) => code(task.name));
  const cut = tasks.filter((task) => task.cutAtLength).map((task) => code(task.name));
  return [
    `**Task Completion:** ${formatPercent(counts.successRate)} (${formatNumber(counts.completed)} of ${formatNumber(counts.total - counts.notChosen)})`,
    `**Failed Tasks:** ${failed.length === 0 ? 'none' : listOf(failed)}`,
    ...(cut.length === 0 ? [] : [`**Results Cut at Their Length:** ${listOf(cut)}`]),
    `**Failed Turns:** ${failures === 0 ? 'none' : `${formatNumber(failures)}, ${formatDuration(time.failedBusyMs)} of busy time`}`,
    ...(lost.turns === 0
      ? []
      : [
          `**Turns Lost with Their Process:** ${formatNumber(lost.turns)}, ${formatDuration(lost.busyMs)} of busy time; they ran again`,
        ]),
    `**Tasks with Several Attempts:** ${retried.length === 0 ? 'none' : listOf(retried.map(({ name, attempts }) => `${code(name)} (${attempts})`))}`,
    `**Slots Restarted:** ${restartsText(slotUse)}`,
    `**Refused for the Provider's Limit:** ${refused === 0 ? 'never' : `the limiter stepped down ${countOf(refused, 'time')}, tasks waited ${formatDuration(limitWaitMs(tasks))} together`}`,
    `**Leases Reclaimed:** ${reclaimed === 0 ? 'none' : formatNumber(reclaimed)}`,
  ];
}
