import { join } from 'node:path';
import type { RunEnd, RunHandle } from '../app/engine/request.ts';
import type { SlotProcessManager } from '../app/hosts/slot-pool.ts';
import type { Batch } from '../app/launch/batch/batch.ts';
import { type BatchLaunch, launchBatch } from '../app/launch/batch/launch-batch.ts';
import { rerunBatch } from '../app/launch/batch/rerun-batch.ts';
import { resumeBatch } from '../app/launch/batch/resume-batch.ts';
import type { OpenCrew } from '../app/launch/compare.ts';
import type { DataFolders } from '../app/launch/data-folder.ts';
import type { Values } from '../app/launch/inputs/inputs.ts';
import { type LaunchRefusal, type LaunchResult, launchRun } from '../app/launch/launch.ts';
import type { PlanInput } from '../app/launch/plan.ts';
import { rerunLaunched } from '../app/launch/rerun.ts';
import { resumeLaunched } from '../app/launch/resume.ts';
import type { TrustDecision } from '../app/launch/trust/permit.ts';
import type { CallInput } from '../shared/ipc/channels.ts';
import type { BatchStarted, Started } from '../shared/ipc/values.ts';
import { versions } from './app-calls.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import { notifyOfBatchEnd, showBatchProgress } from './batch-progress.ts';
import { chosenHere } from './chosen-here.ts';
import { askForConsent, folderOf } from './dialogs.ts';
import type { KeyStore } from './keys.ts';
import { notifyOfEnd, notifyOfQuestions, showProgress } from './notifications.ts';
import { streamRunUpdates } from './run-updates.ts';
import type { Session, Sessions } from './session.ts';
import type { Trust } from './trust.ts';

interface Parts {
  folders: DataFolders;
  keys: KeyStore;
  sessions: Sessions;
  slots: SlotProcessManager;
  trust: Trust;
  work: BackgroundTasks;
}

type StartInput = CallInput<'run.start'>;

const BUSY: Exclude<Started, { status: 'started' }> = {
  status: 'failed',
  failure: { kind: 'busy', message: 'A run is in progress in this window. Stop it, or wait for it to finish.' },
};

/** The runs that this application carries: each belongs to the window that started it, and ends with it. */
export class Runs {
  readonly #parts: Parts;
  readonly #active = new Map<string, { run: RunHandle; session: Session; batch: Batch | null }>();
  readonly #batches = new Map<string, { batch: Batch; session: Session }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** A run that this process carries, or null. */
  handle(id: string): RunHandle | null {
    return this.#active.get(id)?.run ?? null;
  }

  /** What controls a run that goes on: the run itself, or the batch that it is a row of. */
  controls(id: string): Controls | null {
    const carried = this.#active.get(id);
    return carried?.batch ?? carried?.run ?? null;
  }

  /** A batch that this process carries, or null. */
  batch(id: string): Batch | null {
    return this.#batches.get(id)?.batch ?? null;
  }

  batchOf(session: Session): Batch | null {
    for (const carried of this.#batches.values()) if (carried.session === session) return carried.batch;
    return null;
  }

  /** The run, or the batch, that a window carries. */
  activeIn(session: Session): Batch | RunHandle | null {
    const batch = this.batchOf(session);
    if (batch) return batch;
    for (const carried of this.#active.values()) if (carried.session === session) return carried.run;
    return null;
  }

  /** Starts the crew as it stands in the window. */
  async start(session: Session, input: StartInput): Promise<Started> {
    if (this.activeIn(session)) return BUSY;
    const launch = this.#launchInput(session, input);
    const result = await this.#withConsent(session, (trust) => launchRun({ ...launch, trust }));
    if (result?.ok) session.ownRuns.add(result.run.id);
    return result === null ? { status: 'cancelled' } : this.#carry(session, result);
  }

  /** Starts it once for each row of a file. */
  async startBatch(session: Session, input: StartInput, rows: readonly Values[]): Promise<BatchStarted> {
    if (this.activeIn(session)) return BUSY;
    const launch = this.#launchInput(session, input);
    const result = await this.#withConsent(session, (trust) => launchBatch({ ...launch, rows, trust }));
    if (result?.ok) session.ownRuns.add(result.batch.id);
    return result === null ? { status: 'cancelled' } : this.#carryBatch(session, result);
  }

  async resumeBatch(session: Session, id: string): Promise<BatchStarted> {
    if (this.activeIn(session) || this.batch(id)) return BUSY;
    return this.#carryBatch(session, await resumeBatch({ ...this.#common(), dir: this.dir(id) }));
  }

  /** Repeats what failed in an earlier batch, as a new batch that reuses the rest. */
  async rerunBatch(session: Session, id: string): Promise<BatchStarted> {
    if (this.activeIn(session) || this.batch(id)) return BUSY;
    const plan = (planned: PlanInput) => this.#parts.work.plan(planned);
    const result = await rerunBatch({ ...this.#common(), dir: this.dir(id), plan });
    if (result.ok && session.ownRuns.has(id)) session.ownRuns.add(result.batch.id);
    return this.#carryBatch(session, result);
  }

  async resume(session: Session, id: string): Promise<Started> {
    if (this.activeIn(session) || this.handle(id)) return BUSY;
    return this.#carry(session, await resumeLaunched({ ...this.#common(), dir: this.dir(id) }));
  }

  /** Does a part of an earlier run again, as a new run that keeps the rest. */
  async rerun(session: Session, id: string, what: CallInput<'run.rerun'>['what']): Promise<Started> {
    if (this.activeIn(session) || this.handle(id)) return BUSY;
    const startedAtMonotonicMs = performance.now();
    const dir = this.dir(id);
    const crew = openCrew(session);
    const result = await this.#withConsent(session, (trust) =>
      rerunLaunched({
        ...this.#common(),
        dir,
        selection: what,
        crew,
        origin: session.origin,
        plan: (planned) => this.#parts.work.plan(planned),
        slots: null,
        trust,
        startedAtMonotonicMs,
      }),
    );
    if (result?.ok && session.ownRuns.has(id)) session.ownRuns.add(result.run.id);
    return result === null ? { status: 'cancelled' } : this.#carry(session, result);
  }

  /** Which of a run's results are stale for the crew in the window, with why; null where it is no run of that. */
  async stale(session: Session, id: string): Promise<Record<string, string> | null> {
    return this.handle(id) ? null : this.#parts.work.stale(this.dir(id), openCrew(session));
  }

  /** The folder of a run. Its name comes from a page, so it may be nothing but a name. */
  dir(id: string): string {
    if (!/^[\w-][\w.-]*$/.test(id)) throw new Error(`${JSON.stringify(id)} is no run.`);
    return join(this.#parts.folders.runs, id);
  }

  #launchInput(session: Session, input: StartInput) {
    const { document, shippedFrom, origin, named } = session;
    const { settings } = document.project;
    return {
      ...this.#common(),
      project: document.project,
      plan: (planned: PlanInput) => this.#parts.work.plan(planned),
      file: document.path ?? shippedFrom,
      shipped: document.path === null && shippedFrom !== null,
      origin,
      overrides: {
        ...chosenHere(settings, named),
        slots: input.slots,
        // What the toolbar shows is in the crew's settings, unless main does not know the crew as it is there.
        ...(input.provider === settings.provider ? {} : { provider: input.provider }),
        ...(input.base_url === (settings.base_url ?? null) ? {} : { baseUrl: input.base_url }),
        ...(input.model === (settings.model ?? null) ? {} : { model: input.model }),
        workspace: null,
      },
      startedAtMonotonicMs: performance.now(),
    };
  }

  /**
   * Launches a crew, and asks the person where something is not allowed yet. What the person has seen is allowed and no
   * more: if the crew or its folder has changed meanwhile, the person is asked again. Null: it was not allowed.
   */
  async #withConsent<Result extends { ok: true } | LaunchRefusal>(
    session: Session,
    launch: (trust: TrustDecision) => Promise<Result>,
  ): Promise<Result | null> {
    for (let trust: TrustDecision = false; ; ) {
      const result = await launch(trust);
      const refused: { ok: true } | LaunchRefusal = result;
      if (trust !== false) await this.#parts.trust.decided(session);
      if (refused.ok || !('consent' in refused)) return result;
      const { consent } = refused;
      const answer = await askForConsent(session.window, consent);
      if (answer === 'not_now') return null;
      const folder = folderOf(consent);
      const failed = answer === 'folder' && folder !== null ? await this.#parts.trust.trustFolder(folder) : null;
      if (failed !== null) session.tell('app.error', { message: failed });
      trust = consent;
    }
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
    if (!result.ok) return refusedBy(result);
    const { run } = result;
    const known = run.notes.length;
    session.shownRun = run.id;
    session.showInterrupted(null);
    const endProgress = showProgress(run, () => this.#parts.sessions.showing(run.id));
    void this.#follow(session, run, null).then((end) => {
      endProgress();
      for (const message of run.notes.slice(known)) session.tell('app.error', { message });
      notifyOfEnd(run, end, session);
    });
    const [note] = result.notes;
    return { status: 'started', run: run.id, ...(note === undefined ? {} : { note }) };
  }

  async #carryBatch(session: Session, result: BatchLaunch): Promise<BatchStarted> {
    if (!result.ok) return refusedBy(result);
    const { batch } = result;
    this.#batches.set(batch.id, { batch, session });
    session.showInterrupted(null);
    const left = batch.rows.filter(({ status }) => status !== 'ended');
    const first = new Promise<string | null>((resolve) => {
      const endRows = batch.subscribe(({ status, handle }) => {
        if (status === 'running' && handle) void this.#follow(session, handle, batch);
        const lead = left.find(({ end }) => end?.status !== 'refused');
        if (lead?.status === 'running' || lead?.status === 'ended') resolve(lead.run);
      });
      const endProgress = showBatchProgress(batch, session);
      const over = () => {
        this.#batches.delete(batch.id);
        endRows();
        endProgress();
        resolve(null);
        for (const message of batch.notes) session.tell('app.error', { message });
        notifyOfBatchEnd(batch, session);
      };
      batch.done.then(over, (error: unknown) => {
        over();
        session.tell('app.error', { message: `The batch stopped unexpectedly: ${String(error)}` });
      });
    });
    const run = await first;
    if (run !== null) session.shownRun = run;
    return { status: 'started', batch: batch.id, run };
  }

  /** Tells the windows that draw a run of what happens in it, up to its end. */
  async #follow(session: Session, run: RunHandle, batch: Batch | null): Promise<RunEnd> {
    this.#active.set(run.id, { run, session, batch });
    const watching = () => this.#parts.sessions.showing(run.id);
    const isWatched = (task: string) => watching().some((viewer) => viewer.watched.has(task));
    const endBatches = streamRunUpdates(run, isWatched, (events) => {
      for (const viewer of watching()) viewer.tell('run.update', events);
    });
    const endQuestions = notifyOfQuestions(run, session);
    const end = await run.done;
    endBatches();
    endQuestions();
    this.#active.delete(run.id);
    for (const viewer of watching()) viewer.tell('run.ended', { run: run.id, seq: run.state.seq });
    return end;
  }
}

/** What can be asked of a run, or of a batch. */
export type Controls = Pick<Batch & RunHandle, 'pause' | 'unpause' | 'stop' | 'interrupt' | 'setSlots' | 'setBudget'>;

function refusedBy(refusal: LaunchRefusal): Exclude<Started, { status: 'started' }> {
  if ('problems' in refusal) return { status: 'refused', problems: refusal.problems };
  return { status: 'failed', failure: refusal.failure };
}

/** The crew of a window, to compare runs with. */
export function openCrew({ document, shippedFrom, ownRuns }: Session): OpenCrew {
  return { project: document.project, file: document.path ?? shippedFrom, ownRuns: [...ownRuns] };
}
