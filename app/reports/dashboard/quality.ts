import type { CheckCount } from '../figures/quality.ts';
import type { Figures } from '../figures.ts';
import { countOf, formatNumber, formatPercent, formatSeconds, listOf } from '../format.ts';
import { code } from '../markdown.ts';

/** Checks, repairs, degraded results and reviews: nothing else is called quality. */
export function qualityLines({ quality }: Figures): string[] {
  const { guardrails, schemas, repairs, degraded, reviews } = quality;
  const asked = reviews.approved + reviews.edited + reviews.sentBack + reviews.open;
  return [
    `**Guardrail Checks:** ${checksText(guardrails)}`,
    `**Schema Checks:** ${checksText(schemas)}`,
    `**Repairs:** ${repairs.passed + repairs.failed === 0 ? 'none asked for' : checksText(repairs)}`,
    `**Degraded Results:** ${degraded.length === 0 ? 'none' : listOf(degraded.map(code))}`,
    `**Reviews by a Person:** ${
      asked === 0
        ? 'none asked for'
        : `${reviews.approved} approved, ${reviews.edited} edited, ${reviews.sentBack} sent back, ${reviews.open} unanswered`
    }`,
  ];
}

function checksText({ passed, failed }: CheckCount): string {
  return passed + failed === 0 ? 'none made' : `${formatNumber(passed)} passed, ${formatNumber(failed)} failed`;
}

export function reliabilityLines({ counts, time, tasks, agents, slotUse, pools }: Figures): string[] {
  const failures = agents.reduce((sum, agent) => sum + agent.failures, 0);
  const retried = tasks.filter((task) => task.attempts > 1);
  const restarts = slotUse.reduce((sum, slot) => sum + slot.restarts, 0);
  const reclaimed = pools.reduce((sum, pool) => sum + pool.reclaimed, 0);
  const failed = tasks.filter((task) => task.status === 'failed').map((task) => code(task.name));
  return [
    `**Task Completion:** ${formatPercent(counts.successRate)} (${formatNumber(counts.completed)} of ${formatNumber(counts.total - counts.notChosen)})`,
    `**Failed Tasks:** ${failed.length === 0 ? 'none' : listOf(failed)}`,
    `**Failed Turns:** ${failures === 0 ? 'none' : `${formatNumber(failures)}, ${formatSeconds(time.failedBusyMs)} of busy time`}`,
    `**Tasks with Several Attempts:** ${retried.length === 0 ? 'none' : listOf(retried.map(({ name, attempts }) => `${code(name)} (${attempts})`))}`,
    `**Slots Restarted:** ${restarts === 0 ? 'none' : countOf(restarts, 'time')}`,
    `**Leases Reclaimed:** ${reclaimed === 0 ? 'none' : formatNumber(reclaimed)}`,
  ];
}
