import { stat } from 'node:fs/promises';
import { type LoadedCrew, loadCrew } from '../app/crew-file/load.ts';
import type { OpenCrew } from '../app/launch/compare.ts';
import type { DataFolders } from '../app/launch/data-folder.ts';
import { estimatesOf } from '../app/launch/estimates.ts';
import type { ExportResult } from '../app/launch/export-destination.ts';
import { type Plan, type PlanInput, planRun } from '../app/launch/plan.ts';
import type { Crew } from '../shared/crew/schema.ts';
import type { InterruptedRun, RunSummary } from '../shared/ipc/values.ts';
import type { Estimate } from '../shared/run/events.ts';
import type { EventPage } from './run-events.ts';
import { Workers } from './workers.ts';

/**
 * The number of tasks from which a worker plans a crew. Smaller crews are planned within two frames, which is faster
 * than starting a worker.
 */
const LARGE_TASKS = 500;
/** The approximate size of the crew file of such a crew. */
const LARGE_BYTES = 256 * 1024;

/** Executes long tasks without blocking the main process, its windows and its runs. */
export class BackgroundTasks {
  readonly #workers: Workers;
  readonly #folders: DataFolders;

  constructor(workerFile: string, folders: DataFolders) {
    this.#workers = new Workers(workerFile);
    this.#folders = folders;
  }

  /** Reads a crew file, like `loadCrew`. */
  async load(path: string): Promise<LoadedCrew> {
    return (await isLargeFile(path)) ? this.#workers.do('load', { path }) : loadCrew(path, 'unfinished');
  }

  plan(input: PlanInput): Promise<Plan> {
    return isLarge(input.crew) ? this.#workers.do('plan', input) : planRun(input);
  }

  estimates(crew: Crew): Promise<Record<string, Estimate>> {
    const folders = this.#folders;
    return isLarge(crew) ? this.#workers.do('estimates', { crew, folders }) : estimatesOf(crew, folders);
  }

  /** Returns earlier runs, the latest first. */
  runs(): Promise<RunSummary[]> {
    return this.#workers.do('runs', { folders: this.#folders });
  }

  /** Returns the run of a crew file that can be resumed, like `interruptedRun`. */
  interrupted(file: string, dismissed: readonly string[]): Promise<InterruptedRun | null> {
    return this.#workers.do('interrupted', { folders: this.#folders, file, dismissed });
  }

  /** Returns a page of the events of a run, after number `after`. */
  events(dir: string, after: number): Promise<EventPage> {
    return this.#workers.do('events', { dir, after });
  }

  /** Returns which results of a run are stale for an open crew, with reasons; null if they cannot be compared. */
  stale(dir: string, crew: OpenCrew): Promise<Record<string, string> | null> {
    return this.#workers.do('stale', { dir, crew });
  }

  /** Writes the reports of a run, or of a batch, into a new folder below this one. */
  export(dir: string, below: string): Promise<ExportResult> {
    return this.#workers.do('export', { dir, below });
  }
}

function isLarge({ tasks }: Crew): boolean {
  return tasks.length >= LARGE_TASKS;
}

/** A file without a readable size counts as small: reading it reports the failure. */
async function isLargeFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size >= LARGE_BYTES;
  } catch {
    return false;
  }
}
