import type { Crew } from '../../shared/crew/schema.ts';
import { type Figures, figuresOf } from '../../shared/figures/figures.ts';
import { formatDay, type Moment } from '../../shared/figures/format.ts';
import { printableJson } from '../../shared/printable.ts';
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

/** The input of an export, read from a run folder. */
export interface ExportInput {
  crew: Crew;
  state: RunState;
  /** The results of tasks by name, including those in blobs. */
  texts: ReadonlyMap<string, string>;
}

/**
 * Returns the files of an export by name, except `events.jsonl`, which is copied from the run. The same run gives the
 * same bytes. An interrupted or active run is reported up to its last event.
 */
export function exportFiles({ crew, state, texts }: ExportInput): Map<string, string> {
  const figures = figuresOf(state, { texts });
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
    ['performance_dashboard.md', dashboardFile(crew, state, figures, moment)],
    [summaryFileName(crew), summaryFile(crew, figures, moment)],
    ['timeline.svg', timelineSvg(state, figures)],
    ...overviewOf(state, figures),
    ['graph.svg', graphSvg(figures)],
    ['run.json', `${printableJson(runRecord(state, figures, texts), 2)}\n`],
    ['tasks.csv', tasksCsv(figures)],
    ['trace.json', traceFile(crew, state, figures)],
  ]);
}

/** An additional picture for a run that is too large for a picture with a row per task. */
function overviewOf(state: RunState, figures: Figures): [string, string][] {
  return figures.tasks.length > MOST_DRAWN ? [[TIMELINE_OVERVIEW, timelineOverviewSvg(state, figures)]] : [];
}

/** Bytes of a folder name that are reserved for a number and for the suffix of an unfinished export. */
const FOLDER_SPARE = 32;

/**
 * Returns the name of the export folder: the crew name without a trailing `_crew`, and the day on which the run started
 * in its time zone.
 */
export function exportFolderName(crew: Crew, state: RunState): string {
  return fileName(shortName(crew), `_${formatDay(startOf(state))}`, FOLDER_SPARE);
}

function startOf({ started }: RunState): Moment {
  return { wallMs: started?.wall_ms ?? 0, utcOffsetMin: started?.utc_offset_min ?? 0 };
}
