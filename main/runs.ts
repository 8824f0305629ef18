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
import { askForConsent, folderOf } from './dialogs.ts';
import type { KeyStore } from './keys.ts';
import { notifyOfEnd, notifyOfQuestions, showProgress } from './notifications.ts';
import { streamRunUpdates } from './run-updates.ts';
import type { Session, Sessions } from './session.ts';
import type { Trust } from './trust.ts';
import { windowOverrides } from './window-overrides.ts';

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

/**
 * The active runs of this application. Each belongs to the window that started it, and is interrupted when it closes.
 */
export class Runs {
  readonly #parts: Parts;
  readonly #active = new Map<string, { run: RunHandle; session: Session; batch: Batch | null }>();
  readonly #batches = new Map<string, { batch: Batch; session: Session }>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Returns an active run, or null. */
  handle(id: string): RunHandle | null {
    return this.#active.get(id)?.run ?? null;
  }

  /** Returns the controls of an active run: the run itself, or the batch that it is a row of. */
  controls(id: string): Controls | null {
    const active = this.#active.get(id);
    return active?.batch ?? active?.run ?? null;
  }

  /** Returns an active batch, or null. */
  batch(id: string): Batch | null {
    return this.#batches.get(id)?.batch ?? null;
  }

  batchOf(session: Session): Batch | null {
    for (const active of this.#batches.values()) if (active.session === session) return active.batch;
    return null;
  }

  /** Returns the active run, or the active batch, of a window. */
  activeIn(session: Session): Batch | RunHandle | null {
    const batch = this.batchOf(session);
    if (batch) return batch;
    for (const active of this.#active.values()) if (active.session === session) return active.run;
    return null;
  }

  /** Runs the crew in the window. */
  async start(session: Session, input: StartInput): Promise<Started> {
    if (this.activeIn(session)) return BUSY;
    const launch = this.#launchInput(session, input);
    const result = await this.#withConsent(session, (trust) => launchRun({ ...launch, trust }));
    if (result?.ok) session.ownRuns.add(result.run.id);
    return result === null ? { status: 'cancelled' } : this.#carry(session, result);
  }

  /** Runs the crew once per row of a file. */
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

  /** Repeats part of an earlier run, as a new run that reuses the rest. */
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

  /**
   * Returns which results of a run are stale for the crew in the window, with reasons; null if the run is of another
   * crew.
   */
  async stale(session: Session, id: string): Promise<Record<string, string> | null> {
    return this.handle(id) ? null : this.#parts.work.stale(this.dir(id), openCrew(session));
  }

  /** Returns the folder of a run. The ID comes from a page, so it must be a plain name. Throws if it is not. */
  dir(id: string): string {
    if (!/^[\w-][\w.-]*$/.test(id)) throw new Error(`${JSON.stringify(id)} is not the ID of a run.`);
    return join(this.#parts.folders.runs, id);
  }

  #launchInput(session: Session, input: StartInput) {
    const { document, shippedFrom, origin, namedModels } = session;
    const { settings } = document.crew;
    return {
      ...this.#common(),
      crew: document.crew,
      plan: (planned: PlanInput) => this.#parts.work.plan(planned),
      file: document.path ?? shippedFrom,
      shipped: document.path === null && shippedFrom !== null,
      origin,
      overrides: {
        ...windowOverrides(settings, namedModels),
        slots: input.slots,
        // The values in the toolbar are in the crew's settings, unless main has not received the latest crew.
        ...(input.provider === settings.provider ? {} : { provider: input.provider }),
        ...(input.base_url === (settings.base_url ?? null) ? {} : { baseUrl: input.base_url }),
        ...(input.model === (settings.model ?? null) ? {} : { model: input.model }),
        workspace: null,
      },
      startedAtMonotonicMs: performance.now(),
    };
  }

  /**
   * Launches a crew, and asks the person about missing permissions. Only what the person has seen is allowed: if the
   * crew or its folder has changed meanwhile, the person is asked again. Returns null if the person refused.
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
      if (failed !== null) session.push('app.error', { message: failed });
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
      for (const message of run.notes.slice(known)) session.push('app.error', { message });
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
        for (const message of batch.notes) session.push('app.error', { message });
        notifyOfBatchEnd(batch, session);
      };
      batch.done.then(over, (error: unknown) => {
        over();
        session.push('app.error', { message: `The batch stopped unexpectedly: ${String(error)}` });
      });
    });
    const run = await first;
    if (run !== null) session.shownRun = run;
    return { status: 'started', batch: batch.id, run };
  }

  /** Sends the updates of a run to the windows that show it, until it ends. */
  async #follow(session: Session, run: RunHandle, batch: Batch | null): Promise<RunEnd> {
    this.#active.set(run.id, { run, session, batch });
    const watching = () => this.#parts.sessions.showing(run.id);
    const isWatched = (task: string) => watching().some((viewer) => viewer.watched.has(task));
    const endUpdates = streamRunUpdates(run, isWatched, (events) => {
      for (const viewer of watching()) viewer.push('run.update', events);
    });
    const endNotifications = notifyOfQuestions(run, session);
    const end = await run.done;
    endUpdates();
    endNotifications();
    this.#active.delete(run.id);
    for (const viewer of watching()) viewer.push('run.ended', { run: run.id, seq: run.state.seq });
    return end;
  }
}

/** The controls of a run or a batch. */
export type Controls = Pick<Batch & RunHandle, 'pause' | 'unpause' | 'stop' | 'interrupt' | 'setSlots' | 'setBudget'>;

function refusedBy(refusal: LaunchRefusal): Exclude<Started, { status: 'started' }> {
  if ('problems' in refusal) return { status: 'refused', problems: refusal.problems };
  return { status: 'failed', failure: refusal.failure };
}

/** Returns the crew of a window for comparisons with runs. */
export function openCrew({ document, shippedFrom, ownRuns }: Session): OpenCrew {
  return { crew: document.crew, file: document.path ?? shippedFrom, ownRuns: [...ownRuns] };
}
