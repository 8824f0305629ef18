import type { Crew } from '../../shared/crew/schema.ts';
import { titleCase } from '../../shared/crew/titles.ts';
import type { Figures } from '../../shared/figures/figures.ts';
import { formatDate, formatDuration, formatPercent, type Moment } from '../../shared/figures/format.ts';
import { completedNotes } from '../../shared/figures/labels.ts';
import { fileName } from './file-name.ts';
import { blocks, bullets, inline, numbered } from './markdown.ts';
import { noteOf } from './note.ts';
import { shortName } from './short-name.ts';
import { architectureLines, processText } from './summary/architecture.ts';
import { conclusion, nextSteps, reliabilityLines, scalabilityLines } from './summary/outlook.ts';
import { achievementLines, impactLines, overview, workloadLines } from './summary/overview.ts';
import { taskAnalysis } from './summary/tasks.ts';
import { whySlowText } from './why-slow.ts';

/**
 * Returns the name of the summary, such as `CONCURRENT_PROCESSING_SUMMARY.md` for the crew
 * `concurrent_processing_crew`.
 */
export function summaryFileName(crew: Crew): string {
  return fileName(shortName(crew).toUpperCase(), '_SUMMARY.md');
}

/** Returns the executive summary: sentences with computed figures of this run. */
export function summaryFile(crew: Crew, figures: Figures, moment: Moment): string {
  return `${blocks(
    `# ${inline(titleCase(shortName(crew)))} Executive Summary${figures.rehearsal ? ' (rehearsal)' : ''}`,
    noteOf(figures),
    [
      `**Processing Date:** ${formatDate(moment)}`,
      `**Total Execution Time:** ${formatDuration(figures.time.makespanMs)}`,
      `**Success Rate:** ${formatPercent(figures.counts.successRate)}${completedNotes(figures)}`,
    ].join('  \n'),
    '## Executive Overview',
    overview(figures),
    whySlowText(figures),
    '## Performance Achievements',
    '### Execution Efficiency',
    bullets(achievementLines(figures)),
    ...(figures.workload.length === 0 ? [] : ['### Workload Processing', bullets(workloadLines(figures))]),
    '## Architecture of the Run',
    processText(crew, figures),
    bullets(architectureLines(crew, figures)),
    '## Impact',
    bullets(impactLines(figures)),
    '## Task Execution Analysis',
    ...taskAnalysis(figures),
    '## Scalability Assessment',
    bullets(scalabilityLines(figures)),
    '## Reliability',
    bullets(reliabilityLines(figures)),
    '## Next Steps',
    numbered(nextSteps(figures)),
    '## Conclusion',
    conclusion(figures),
  )}\n`;
}
