import type { Crew } from '../../shared/crew/schema.ts';
import { titleCase } from '../../shared/crew/titles.ts';
import { CONCURRENCY } from '../../shared/figures/catalogue/concurrency.ts';
import { OVERALL } from '../../shared/figures/catalogue/overall.ts';
import { QUALITY } from '../../shared/figures/catalogue/quality.ts';
import { RELIABILITY } from '../../shared/figures/catalogue/reliability.ts';
import type { Figures } from '../../shared/figures/figures.ts';
import { countOf, formatDateTime, formatDuration, formatPercent, type Moment } from '../../shared/figures/format.ts';
import { completedNotes, OUTCOME_WORDS } from '../../shared/figures/labels.ts';
import type { RunState } from '../../shared/run/state.ts';
import { bottleneckTable, recommendations } from './dashboard/bottlenecks.ts';
import { taskDistribution, taskTable } from './dashboard/performance.ts';
import { agentTable, limitTable, poolTable, slotTable, workloadTable } from './dashboard/resources.ts';
import { predictionText, scalingLines, scalingTable } from './dashboard/scaling.ts';
import { modelTable, spentTable, toolTable } from './dashboard/spent.ts';
import { pathTable, waitTable } from './dashboard/waits.ts';
import { definitionLines, figureLines } from './figure-lines.ts';
import { blocks, bullets, inline, numbered } from './markdown.ts';
import { flowDrawing, graphDrawing } from './mermaid.ts';
import { noteOf } from './note.ts';
import { shortName } from './short-name.ts';
import { MOST_DRAWN } from './shown-tasks.ts';
import { whySlowText } from './why-slow.ts';

/** Returns `performance_dashboard.md`. All figures are computed from the run. */
export function dashboardFile(crew: Crew, state: RunState, figures: Figures, moment: Moment): string {
  return `${blocks(
    `# ${inline(titleCase(shortName(crew)))} Performance Dashboard${figures.rehearsal ? ' (rehearsal)' : ''}`,
    noteOf(figures),
    headOf(state, figures, moment),
    whySlowText(figures),
    timelinePicture(figures),
    ...performance(figures),
    ...resources(figures),
    ...dependencies(crew, state, figures),
    ...bottlenecks(figures),
    ...quality(figures),
    ...scaling(figures),
    '## What the Figures Mean',
    bullets(definitionLines()),
  )}\n`;
}

/** The additional picture of a run with more tasks than a page can show. */
export const TIMELINE_OVERVIEW = 'timeline_overview.svg';

function timelinePicture({ tasks }: Figures): string {
  const what = 'Timeline of the run: what ran in which slot, and how many turns at once';
  if (tasks.length <= MOST_DRAWN) return `![${what}](timeline.svg)`;
  const link = `[timeline.svg](timeline.svg)`;
  return blocks(`![${what}](${TIMELINE_OVERVIEW})`, `${link} has all ${countOf(tasks.length, 'task')}.`);
}

/** A picture of more tasks is not readable at the width of a page. */
const MOST_IN_GRAPH = 300;

function graphPicture({ tasks }: Figures): string {
  if (tasks.length <= MOST_IN_GRAPH) return '![Graph of the tasks, with the critical path in orange](graph.svg)';
  return `[graph.svg](graph.svg) is the graph of all ${countOf(tasks.length, 'task')}, with the critical path in orange.`;
}

function headOf(state: RunState, figures: Figures, moment: Moment): string {
  return [
    `**Run Started:** ${formatDateTime(moment)} (${inline(state.started?.time_zone ?? 'UTC')})`,
    `**Outcome:** ${OUTCOME_WORDS[figures.outcome]}`,
    `**Execution Success Rate:** ${formatPercent(figures.counts.successRate)}${completedNotes(figures)}`,
    `**Total Execution Time:** ${formatDuration(figures.time.makespanMs)}`,
  ].join('  \n');
}

function performance(figures: Figures): string[] {
  return [
    '## Execution Performance',
    '### Overall Metrics',
    bullets(figureLines(OVERALL, figures)),
    '### Concurrency Analysis',
    bullets(figureLines(CONCURRENCY, figures)),
    '### Where the Time Went',
    spentTable(figures),
    '### Task Distribution',
    taskDistribution(figures),
    '### Tasks',
    taskTable(figures),
  ];
}

function resources(figures: Figures): string[] {
  return [
    '## Resource Utilization',
    '### Agent Performance',
    agentTable(figures),
    '### Tools',
    toolTable(figures),
    '### Models',
    modelTable(figures),
    '### Workload Processing',
    workloadTable(figures),
    '### Shared Resources',
    poolTable(figures),
    '### Slots',
    slotTable(figures),
    '### Provider Limits',
    limitTable(figures),
  ];
}

function dependencies(crew: Crew, state: RunState, figures: Figures): string[] {
  return [
    '## Dependency Management',
    '### Task Dependencies Resolved',
    graphDrawing(crew, figures),
    graphPicture(figures),
    '### Execution Flow',
    flowDrawing(state, figures),
    '### Critical Path',
    pathTable(figures),
    '### Waiting',
    waitTable(figures),
  ];
}

function bottlenecks(figures: Figures): string[] {
  return [
    '## Performance Bottlenecks',
    '### Identified Bottlenecks',
    bottleneckTable(figures),
    '### Recommendations',
    numbered(recommendations(figures)),
  ];
}

function quality(figures: Figures): string[] {
  return [
    '## Quality and Reliability',
    '### Quality Checks',
    bullets(figureLines(QUALITY, figures)),
    '### System Reliability',
    bullets(figureLines(RELIABILITY, figures)),
  ];
}

function scaling(figures: Figures): string[] {
  return [
    '## Scaling Projections',
    '### Makespan by Slots',
    scalingTable(figures),
    bullets(scalingLines(figures)),
    '### Prediction and Outcome',
    predictionText(figures),
  ];
}
