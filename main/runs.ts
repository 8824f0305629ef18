import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunHandle } from '../app/engine/request.ts';
import type { SlotPool } from '../app/hosts/slot-pool.ts';
import type { OpenCrew } from '../app/launch/compare.ts';
import type { DataFolders } from '../app/launch/data-folder.ts';
import { type LaunchResult, launchRun } from '../app/launch/launch.ts';
import { rerunLaunched } from '../app/launch/rerun.ts';
import { resumeLaunched } from '../app/launch/resume.ts';
import type { CallInput, Started } from '../shared/ipc/channels.ts';
import type { Project } from '../shared/project/schema.ts';
import { versions } from './app-calls.ts';
import { notifyOfEnd, notifyOfQuestions, showProgress } from './attention.ts';
import { batchRun } from './batches.ts';
import type { Consents } from './consents.ts';
import type { KeyStore } from './keys.ts';
import type { LongWork } from './long-work.ts';
import type { Session, Sessions } from './session.ts';

interface Parts {
  folders: DataFolders;
  keys: KeyStore;
  sessions: Sessions;
  consents: Consents;
  slots: SlotPool;
  work: LongWork;
}

type StartInput = CallInput<'run.start'>;

const BUSY: Started = {
  status: 'failed',
  failure: { kind: 'busy', message: 'A run is going on in this window. Stop it, or wait for its end.' },
};

/** The runs that this application carries: each belongs to the window that started it, and ends with it. */
export class Runs {
  readonly #parts: Parts;
  readonly #carried = new Map<string, { run: RunHandle; session: Session }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A run that this process carries, or null. */
  handle(id: string): RunHandle | null {
    return this.#carried.get(id)?.run ?? null;
  }

  carriedBy(session: Session): RunHandle | null {
    for (const carried of this.#carried.values()) if (carried.session === session) return carried.run;
    return null;
  }

  /** Starts the crew as it stands in the window. */
  async start(session: Session, input: StartInput): Promise<Started> {
    if (this.carriedBy(session)) return BUSY;
    const startedAtMonotonicMs = performance.now();
    const { document, shippedFrom } = session;
    const { project } = document;
    const { work } = this.#parts;
    const launch = (trust: boolean) =>
      launchRun({
        ...this.#common(),
        project,
        plan: (planned) => work.plan(planned),
        file: document.path ?? shippedFrom,
        shipped: document.path === null,
        overrides: {
          slots: input.slots,
          provider: input.provider,
          baseUrl: input.base_url,
          model: input.model,
          workspace: null,
        },
        trust,
        startedAtMonotonicMs,
      });
    const result = await launch(session.ownWork || this.#parts.consents.isGiven(project));
    if (result.ok || !('consent' in result)) return this.#carry(session, result);
    if (!(await this.#parts.consents.ask(session.window, project, result.consent))) return { status: 'cancelled' };
    return this.#carry(session, await launch(true));
  }

  async resume(session: Session, id: string): Promise<Started> {
    if (this.carriedBy(session) || this.handle(id)) return BUSY;
    return this.#carry(session, await resumeLaunched({ ...this.#common(), dir: this.dir(id) }));
  }

  /** Does a part of an earlier run again, as a new run that keeps the rest. */
  async rerun(session: Session, id: string, what: CallInput<'run.rerun'>['what']): Promise<Started> {
    if (this.carriedBy(session) || this.handle(id)) return BUSY;
    const startedAtMonotonicMs = performance.now();
    const { project } = session.document;
    const dir = this.dir(id);
    const crew = openCrew(session, project);
    const launch = (trust: boolean) =>
      rerunLaunched({
        ...this.#common(),
        dir,
        asked: what,
        crew,
        plan: (planned) => this.#parts.work.plan(planned),
        slots: null,
        trust,
        startedAtMonotonicMs,
      });
    const result = await launch(session.ownWork || this.#parts.consents.isGiven(project));
    if (result.ok || !('consent' in result)) return this.#carry(session, result);
    if (!(await this.#parts.consents.ask(session.window, project, result.consent))) return { status: 'cancelled' };
    return this.#carry(session, await launch(true));
  }

  /** Which of a run's results are stale for a crew, with why; null where it is no run of the crew in the window. */
  async stale(session: Session, id: string, project: Project): Promise<Record<string, string> | null> {
    return this.handle(id) ? null : this.#parts.work.stale(this.dir(id), openCrew(session, project));
  }

  /** The folder of a run. Its name comes from a page, so it may be nothing but a name. */
  dir(id: string): string {
    if (!/^[\w-][\w.-]*$/.test(id)) throw new Error(`${JSON.stringify(id)} is no run.`);
    return join(this.#parts.folders.runs, id);
  }

  async remove(id: string): Promise<void> {
    await rm(this.dir(id), { recursive: true, force: true });
  }

  #common() {
    const { folders, keys, slots } = this.#parts;
    return {
      folders,
      reviewer: 'person' as const,
      attended: true,
      keyFor: (provider: string, origin: string) => keys.get(provider, origin),
      host: () => slots.host(),
      versions: versions(),
    };
  }

  #carry(session: Session, result: LaunchResult): Started {
    if (!result.ok) {
      if ('problems' in result) return { status: 'refused', problems: result.problems };
      return { status: 'failed', failure: result.failure };
    }
    const { run } = result;
    const { sessions } = this.#parts;
    this.#carried.set(run.id, { run, session });
    session.shownRun = run.id;
    const watching = () => sessions.showing(run.id);
    const isWatched = (task: string) => watching().some((viewer) => viewer.watched.has(task));
    const endBatches = batchRun(run, isWatched, (batch) => {
      for (const viewer of watching()) viewer.tell('run.batch', batch);
    });
    const endProgress = showProgress(run, watching);
    const endQuestions = notifyOfQuestions(run, session);
    void run.done.then((end) => {
      endBatches();
      endProgress();
      endQuestions();
      this.#carried.delete(run.id);
      for (const viewer of watching()) viewer.tell('run.ended', { run: run.id });
      notifyOfEnd(run, end, session);
    });
    const [note] = result.notes;
    return { status: 'started', run: run.id, ...(note === undefined ? {} : { note }) };
  }
}

/** The crew of a window, as it stands there. */
function openCrew({ document, shippedFrom }: Session, project: Project): OpenCrew {
  return { project, file: document.path ?? shippedFrom };
}
