import type { Crew } from '../../../shared/crew/schema.ts';
import type { Figures } from '../../../shared/figures/figures.ts';
import { countOf, formatDuration, formatNumber, listOf } from '../../../shared/figures/format.ts';
import { titlesOf } from '../../../shared/figures/labels.ts';
import { code, inline } from '../markdown.ts';

/** Describes the crew process and its decisions. */
export function processText(crew: Crew, figures: Figures): string {
  const manager = crew.agents.find((agent) => agent.manager)?.name;
  switch (crew.process) {
    case 'sequential':
      return 'The crew follows its graph as it is drawn: a task starts as soon as everything it needs has ended and a slot is free. There are no phases.';
    case 'hierarchical': {
      const assigned = figures.tasks.some((task) => task.isAssignment);
      const who = manager === undefined ? 'A manager' : `The manager ${code(manager)}`;
      const chose = assigned
        ? 'chose the agents of the tasks that named none'
        : 'had no agents to choose, because every task names its own';
      return `${who} ${chose}${reviewText(figures)}. A task starts as soon as everything it needs has ended and a slot is free; there are no phases.`;
    }
    case 'consensual':
      return `Each task is done by several agents: they propose in parallel, then vote, and the proposal with most votes is the result. ${voteText(figures)}`;
  }
}

function reviewText({ quality: { managerReviews } }: Figures): string {
  const { passed, failed } = managerReviews;
  return passed + failed === 0 ? '' : `, reviewed ${countOf(passed + failed, 'answer')} and sent ${failed} back`;
}

function voteText({ tasks }: Figures): string {
  const chosen = tasks.filter(({ status, standings }) => status === 'completed' && standings.length > 0);
  const together = chosen.filter(({ standings: [first, second] }) => first && (second?.voters.length ?? 0) === 0);
  if (chosen.length === 0) return 'This run chose no result this way.';
  const unanimous = together.length === 0 ? '' : `, ${formatNumber(together.length)} of them unanimously`;
  return `This run chose the results of ${countOf(chosen.length, 'task')} this way${unanimous}.`;
}

export function architectureLines(crew: Crew, figures: Figures): string[] {
  const edges = crew.tasks.reduce((sum, task) => sum + task.context.length, 0);
  const starts = crew.tasks.filter((task) => task.context.length === 0).length;
  return [
    `**Agents:** ${countOf(crew.agents.length, 'agent')}; ${busiest(figures)}.`,
    `**Dependencies:** ${countOf(edges, 'dependency', 'dependencies')}; ${formatNumber(starts)} of ${countOf(crew.tasks.length, 'task')} ${starts === 1 ? 'needs' : 'need'} no other task.`,
    `**Sequential Lane:** ${laneText(figures)}.`,
    `**Shared Resources:** ${resourceText(figures)}.`,
    `**Critical Path:** ${pathText(figures)}.`,
  ];
}

function busiest({ agents }: Figures): string {
  const most = agents.reduce<(typeof agents)[number] | null>(
    (best, agent) => (best === null || agent.busyMs > best.busyMs ? agent : best),
    null,
  );
  if (most === null || most.busyMs === 0) return 'none of them was busy';
  return `the busiest was ${code(most.agent)} with ${formatDuration(most.busyMs)} over ${countOf(most.turns, 'turn')}`;
}

function laneText({ counts, tasks }: Figures): string {
  if (counts.sequential === 0) return 'not used, because every task is concurrent';
  const waited = tasks.reduce((sum, task) => sum + waitFor(task, 'lane'), 0);
  const one = `${countOf(counts.sequential, 'task')} ran one at a time, next to the concurrent ones`;
  return waited === 0
    ? `${one}, and none waited for it`
    : `${one}; together they waited ${formatDuration(waited)} for it`;
}

function resourceText({ pools }: Figures): string {
  const used = pools.filter((pool) => pool.uses > 0);
  if (used.length === 0) return pools.length === 0 ? 'none' : `${countOf(pools.length, 'resource')}, none of them used`;
  return listOf(
    used.map((pool) => {
      const waits = pool.waits === 0 ? 'no waits' : `${countOf(pool.waits, 'wait')}, ${formatDuration(pool.waitMs)}`;
      return `${code(pool.pool)} (${formatNumber(pool.peak)} of ${formatNumber(pool.capacity)} at the peak, ${waits})`;
    }),
  );
}

function pathText(figures: Figures): string {
  const titles = titlesOf(figures);
  const names = figures.path.tasks.map((name) => inline(titles.get(name) ?? name));
  if (names.length === 0) return 'none, because nothing ran';
  const shown = names.length > 6 ? [...names.slice(0, 3), `… ${names.length - 5} more …`, ...names.slice(-2)] : names;
  return shown.join(' → ');
}

function waitFor(task: Figures['tasks'][number], reason: string): number {
  return task.waits.find((wait) => wait.reason === reason)?.ms ?? 0;
}
