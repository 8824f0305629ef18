import { type Figures, figuresOf } from '../../shared/figures/figures.ts';
import { formatDay, type Moment } from '../../shared/figures/format.ts';
import { printableJson } from '../../shared/printable.ts';
import type { Crew } from '../../shared/project/schema.ts';
import type { RunState } from '../../shared/run/state.ts';
import { dashboardFile, TIMELINE_OVERVIEW } from './dashboard.ts';
import { fileName } from './file-name.ts';
import { resultFile, resultFileName } from './result-file.ts';
import { runRecord } from './run-record.ts';
import { shortName } from './short-name.ts';
import { MOST_DRAWN } from './shown-tasks.ts';
import { summaryFile, summaryFileName } from './summary.ts';
import { graphSvg } from './svg/graph-svg.ts';
import { timelineOverviewSvg, timelineSvg } from './svg/timeline-svg.ts';
import { tasksCsv } from './tasks-csv.ts';
import { traceFile } from './trace/trace.ts';

/** What the reports are made from: a run's folder, nothing else. */
export interface ExportInput {
  project: Crew;
  state: RunState;
  /** The results of tasks by name, those in blobs too. */
  texts: ReadonlyMap<string, string>;
}

/**
 * The files of an export by name, all but `events.jsonl`, which is the run's own. The same run gives the same bytes.
 * A run that was interrupted, or that still goes on, is reported as far as it has come.
 */
export function exportFiles({ project, state, texts }: ExportInput): Map<string, string> {
  const figures = figuresOf(project, state, { texts });
  const moment = startOf(state);
  const results = figures.tasks
    .filter((task) => !task.isAssignment)
    .map((task): [string, string] => {
      const text = resultFile(
        task,
        state.tasks.get(task.name)?.turns ?? [],
        texts.get(task.name),
        moment,
        figures.rehearsal,
      );
      return [resultFileName(task.name), text];
    });
  return new Map([
    ...results,
    ['performance_dashboard.md', dashboardFile(project, state, figures, moment)],
    [summaryFileName(project), summaryFile(project, figures, moment)],
    ['timeline.svg', timelineSvg(state, figures)],
    ...overviewOf(state, figures),
    ['graph.svg', graphSvg(figures)],
    ['run.json', `${printableJson(runRecord(state, figures, texts), 2)}\n`],
    ['tasks.csv', tasksCsv(figures)],
    ['trace.json', traceFile(project, state, figures)],
  ]);
}

/** A picture of a run that is too large for one with a row per task. */
function overviewOf(state: RunState, figures: Figures): [string, string][] {
  return figures.tasks.length > MOST_DRAWN ? [[TIMELINE_OVERVIEW, timelineOverviewSvg(state, figures)]] : [];
}

/** Bytes that a folder's name leaves free for a number, and for what marks it as unfinished. */
const FOLDER_SPARE = 32;

/** The export's folder: the crew's name less a trailing `_crew`, and the day on which the run started in its time zone. */
export function exportFolderName(project: Crew, state: RunState): string {
  return fileName(shortName(project), `_${formatDay(startOf(state))}`, FOLDER_SPARE);
}

function startOf({ started }: RunState): Moment {
  return { wallMs: started?.wall_ms ?? 0, utcOffsetMin: started?.utc_offset_min ?? 0 };
}
