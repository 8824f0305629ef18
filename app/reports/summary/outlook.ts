import { recommendations } from '../dashboard/bottlenecks.ts';
import { gotThrough } from '../figures/counts.ts';
import type { Figures } from '../figures.ts';
import { countOf, formatDuration, formatNumber, formatPercent } from '../format.ts';
import { limitWaitMs, restartsText } from '../slot-words.ts';
import { interruptText, reviewsText } from '../words.ts';

export function scalabilityLines({ outcome, counts, scaling, slots, time }: Figures): string[] {
  const used = `**Capacity Used:** ${formatNumber(time.concurrency.peak)} of ${countOf(slots, 'slot')} at the peak.`;
  if (!gotThrough(outcome)) {
    const done = `${formatNumber(counts.completed)} of ${countOf(counts.total, 'task')}`;
    return [used, `**More Slots:** not assessed, since only ${done} completed.`];
  }
  const at = (count: number): string => {
    return formatDuration(scaling.points.find((point) => point.slots === count)?.makespanMs ?? 0);
  };
  const { knee, recommended } = scaling;
  const several = knee === 1 ? '' : `, ${countOf(knee, 'slot')} take ${at(knee)}`;
  return [
    used,
    `**More Slots:** simulated from the measured durations, one slot takes ${at(1)}${several}; beyond that a doubling saves under 10%.`,
    recommended === slots
      ? `**Recommended:** the ${countOf(slots, 'slot')} of this run.`
      : `**Recommended:** ${countOf(recommended, 'slot')} (${at(recommended)}) in place of ${formatNumber(slots)} (${at(slots)}).`,
  ];
}

export function reliabilityLines({ counts, tasks, agents, slotUse, limits, quality, time }: Figures): string[] {
  const failures = agents.reduce((sum, agent) => sum + agent.failures, 0);
  const recovered = tasks.filter((task) => task.status === 'completed' && task.attempts > 1).length;
  const refused = limits.reduce((sum, limit) => sum + limit.refused, 0);
  const checks = [quality.guardrails, quality.schemas].reduce((sum, { passed, failed }) => sum + passed + failed, 0);
  const reviews = reviewsText(quality.reviews);
  const cut = tasks.filter((task) => task.cutAtLength).length;
  const failedChecks = quality.guardrails.failed + quality.schemas.failed;
  return [
    failures === 0
      ? '**Attempts:** none failed.'
      : `**Attempts:** ${countOf(failures, 'turn')} failed, which took ${formatDuration(time.failedBusyMs)}; ${countOf(recovered, 'task')} completed after more than one attempt.`,
    counts.failed + counts.skipped + counts.degraded === 0
      ? '**Isolation:** no task failed, was skipped or had to do without a result.'
      : `**Isolation:** ${countOf(counts.failed, 'task')} failed; ${formatNumber(counts.degraded)} went on without a result, ${formatNumber(counts.skipped)} ${counts.skipped === 1 ? 'was' : 'were'} skipped.`,
    `**Slots:** ${slotUse.some((slot) => slot.restarts > 0) ? `restarted ${restartsText(slotUse)}` : 'none had to be restarted'}.`,
    refused === 0
      ? '**Provider Limits:** no call was refused for them.'
      : `**Provider Limits:** the limiter stepped down ${countOf(refused, 'time')}, and tasks waited ${formatDuration(limitWaitMs(tasks))} together; no finished work was lost by it.`,
    checks === 0
      ? '**Checked Results:** the crew asks for no guardrail or schema, so nothing was checked automatically.'
      : `**Checked Results:** ${countOf(checks, 'check')}, ${formatNumber(failedChecks)} failed.`,
    ...(cut === 0
      ? []
      : [
          `**Cut Results:** ${countOf(cut, 'result')} ${cut === 1 ? 'ends' : 'end'} in the middle, cut at the length of an answer.`,
        ]),
    ...(reviews === null ? [] : [`**Reviewed Results:** ${reviews}.`]),
  ];
}

function resumeText(reason: Figures['reason']): string {
  if (reason === 'budget') return '**Resume the run with a larger budget:**';
  return reason === 'review' ? '**Resume the run and answer its reviews:**' : '**Resume the run:**';
}

/** The dashboard's advice, after what has to be done before anything else. */
export function nextSteps(figures: Figures): string[] {
  return [...firstStep(figures), ...recommendations(figures)];
}

function firstStep({ outcome, reason, rehearsal }: Figures): string[] {
  if (outcome === 'interrupted') return [`${resumeText(reason)} what has completed is kept.`];
  if (outcome === 'cancelled') return ['**Run it again** when it is wanted: it was cancelled.'];
  return rehearsal ? ['**Choose a model:** this was a rehearsal, its texts are made up.'] : [];
}

/** How it ended, and the figures that say how well. Nothing that the run did not show. */
export function conclusion(figures: Figures): string {
  const { counts, time, outcome, rehearsal } = figures;
  const rate = `${formatPercent(counts.successRate)} of its tasks completed`;
  const saved =
    time.timeSaved === null
      ? ''
      : ` Compared with one task at a time it saved ${formatPercent(time.timeSaved)} of the time.`;
  const reached =
    time.efficiency === null
      ? ''
      : ` Its schedule reached ${formatPercent(time.efficiency)} of what is possible for this work.`;
  const made = rehearsal
    ? ' What the results say was made up; the times and the order are those of the rehearsal.'
    : '';
  switch (outcome) {
    case 'completed':
      return `The run completed all that it had to do in ${formatDuration(time.makespanMs)}.${saved}${reached}${made}`;
    case 'completed_degraded':
      return `The run completed, but not in full: ${rate}, ${countOf(counts.degraded, 'result')} had to do without something. Read those results with that in mind.${saved}${made}`;
    case 'failed':
      return `The run failed: ${rate}, and at least one result that nothing else builds on is missing. Its figures describe the work that was done, not a success.${made}`;
    case 'cancelled':
      return `The run was cancelled after ${formatDuration(time.makespanMs)}: ${rate}.${made}`;
    case 'interrupted':
      return `The run is not over: it was interrupted after ${formatDuration(time.makespanMs)} because ${interruptText(figures)}, when ${rate}.${made}`;
  }
}
