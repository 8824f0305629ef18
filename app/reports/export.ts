import type { Project } from '../../shared/project/schema.ts';
import type { RunState } from '../../shared/run/state.ts';
import { formatDay } from './format.ts';

/** What the reports are made from: a run's folder, nothing else. */
export interface ExportInput {
  project: Project;
  state: RunState;
  /** The results of tasks by name, those in blobs too. */
  texts: ReadonlyMap<string, string>;
}

/** The export's folder: the crew's name less a trailing `_crew`, and the day on which the run started in its time zone. */
export function exportFolderName(project: Project, state: RunState): string {
  const { wall_ms = 0, utc_offset_min = 0 } = state.started ?? {};
  return `${shortName(project)}_${formatDay({ wallMs: wall_ms, utcOffsetMin: utc_offset_min })}`;
}

/** The crew's name less a trailing `_crew`. */
export function shortName({ name }: Project): string {
  return name.replace(/(?<=.)_crew$/, '');
}
