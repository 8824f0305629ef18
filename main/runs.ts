import { join } from 'node:path';
import type { SlotProcessManager } from '../app/hosts/slot-pool.ts';
import type { OpenCrew } from '../app/launch/compare.ts';
import type { DataFolders } from '../app/launch/data-folder.ts';
import { firstRow } from '../app/launch/group/first-row.ts';
import type { GroupHandle, RowHandle } from '../app/launch/group/group-handle.ts';
import { type GroupRows, launchGroup } from '../app/launch/group/launch-group.ts';
import { rerunGroup } from '../app/launch/group/rerun-group.ts';
import { resumeGroup } from '../app/launch/group/resume-group.ts';
import type { GroupLaunch } from '../app/launch/group/start-group.ts';
import { whileRowsRun } from '../app/launch/group/watch-rows.ts';
import type { PlanInput } from '../app/launch/plan.ts';
import type { LaunchRefusal } from '../app/launch/prepare-launch.ts';
import type { TrustDecision } from '../app/launch/trust/permit.ts';
import type { Evaluator } from '../shared/expressions/evaluate-expression.ts';
import type { CallInput } from '../shared/ipc/channels.ts';
import type { Started } from '../shared/ipc/values.ts';
import { versions } from './app-calls.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import { askForConsent, folderOf } from './dialogs.ts';
import { showProgress } from './group-progress.ts';
import type { KeyStore } from './keys.ts';
import { notifyOfEnd, notifyOfQuestions } from './notifications.ts';
import { streamRunUpdates } from './run-updates.ts';
import type { Session, Sessions } from './session.ts';
import type { Trust } from './trust.ts';
import { windowOverrides } from './window-overrides.ts';

interface Parts {
  evaluator: Evaluator;
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
 * The runs and batches in progress in this application. Each belongs to the window that started it, and is interrupted
 * when that window closes.
 */
export class Runs {
  readonly #parts: Parts;
  readonly #groups = new Map<string, { group: GroupHandle; session: Session }>();
  /** Rows in progress, by the ID of their run. */
  readonly #rows = new Map<string, { row: RowHandle; group: GroupHandle }>();
  /** The windows in which a run or batch is about to start. A start can wait for a person's consent. */
  readonly #starting = new Set<Session>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Returns a run in progress, alone or as a row of a batch; null if there is none of this ID. */
  row(id: string): RowHandle | null {
    return this.#rows.get(id)?.row ?? null;
  }

  /** Returns the run or batch in progress of this ID, or the batch whose row has this ID; null if there is none. */
  group(id: string): GroupHandle | null {
    return this.#groups.get(id)?.group ?? this.#rows.get(id)?.group ?? null;
  }

  /** Returns the run or batch in progress of a window. */
  activeIn(session: Session): GroupHandle | null {
    for (const active of this.#groups.values()) if (active.session === session) return active.group;
    return null;
  }

  /** Runs the crew in the window, once or once per row of a file. */
  start(session: Session, input: StartInput, rows: GroupRows): Promise<Started> {
    return this.#alone(session, async () => {
      const launch = this.#launchInput(session, input);
      const result = await this.#withConsent(session, (trust) => launchGroup({ ...launch, trust }, rows));
      if (result?.ok) session.ownRuns.add(result.group.id);
      return result === null ? { status: 'cancelled' } : this.#own(session, result);
    });
  }

  async resume(session: Session, id: string): Promise<Started> {
    const dir = this.dir(id);
    if (this.group(id)) return BUSY;
    return this.#alone(session, async () => {
      const result = await this.#withConsent(session, (trust) => resumeGroup({ ...this.#common(), dir, trust }));
      return result === null ? { status: 'cancelled' } : this.#own(session, result);
    });
  }

  /** Starts a new run or batch that repeats a part of an earlier one and reuses the rest. */
  async rerun(session: Session, id: string, selection: CallInput<'run.rerun'>['what']): Promise<Started> {
    if (this.group(id)) return BUSY;
    const startedAtMonotonicMs = performance.now();
    const { origin } = session;
    const input = { dir: this.dir(id), selection, crew: openCrew(session), origin, slots: null, startedAtMonotonicMs };
    return this.#alone(session, async () => {
      const result = await this.#withConsent(session, (trust) => rerunGroup({ ...this.#common(), ...input, trust }));
      if (result?.ok && session.ownRuns.has(id)) session.ownRuns.add(result.group.id);
      return result === null ? { status: 'cancelled' } : this.#own(session, result);
    });
  }

  /** Starts a run or batch in a window that has none, and in which no other one is about to start. */
  async #alone(session: Session, start: () => Promise<Started>): Promise<Started> {
    if (this.activeIn(session) || this.#starting.has(session)) return BUSY;
    this.#starting.add(session);
    try {
      return await start();
    } finally {
      this.#starting.delete(session);
    }
  }

  /**
   * Returns which results of a run are stale for the crew in the window, with reasons; null if the run is of another
   * crew.
   */
  async stale(session: Session, id: string): Promise<Record<string, string> | null> {
    return this.row(id) ? null : this.#parts.work.stale(this.dir(id), openCrew(session));
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
  async #withConsent(
    session: Session,
    launch: (trust: TrustDecision) => Promise<GroupLaunch>,
  ): Promise<GroupLaunch | null> {
    for (let trust: TrustDecision = false; ; ) {
      const result = await launch(trust);
      if (trust !== false) await this.#parts.trust.decided(session);
      if (result.ok || !('consent' in result)) return result;
      const { consent } = result;
      const answer = await askForConsent(session.window, consent);
      if (answer === 'not_now') return null;
      const folder = folderOf(consent);
      const failed = answer === 'folder' && folder !== null ? await this.#parts.trust.trustFolder(folder) : null;
      if (failed !== null) session.push('app.error', { message: failed });
      trust = consent;
    }
  }

  #common() {
    const { folders, keys, slots, work, evaluator } = this.#parts;
    return {
      evaluator,
      folders,
      reviewer: 'person' as const,
      attended: true,
      keyFor: (provider: string, origin: string) => keys.get(provider, origin),
      host: () => slots.host(),
      plan: (planned: PlanInput) => work.plan(planned),
      versions: versions(),
    };
  }

  /** Follows a run or batch that has started, until it ends. */
  async #own(session: Session, result: GroupLaunch): Promise<Started> {
    if (!result.ok) return refusedBy(result);
    const { group } = result;
    const begin = performance.now();
    this.#groups.set(group.id, { group, session });
    session.showInterrupted(null);
    const ends = [
      whileRowsRun(group, (_row, handle) => this.#follow(session, handle, group)),
      showProgress(group, session),
    ];
    const end = () => {
      this.#groups.delete(group.id);
      for (const endOf of ends) endOf();
      for (const message of group.notes) session.push('app.error', { message });
      notifyOfEnd(group, performance.now() - begin, session);
    };
    void group.done.then(end, (error: unknown) => {
      end();
      session.push('app.error', { message: `The ${group.kind} stopped unexpectedly: ${String(error)}` });
    });
    const first = await firstRow(group).catch(() => null);
    if (first) session.shownRun = first.run;
    const [note] = result.notes;
    const batch = group.kind === 'batch' ? group.id : null;
    return { status: 'started', run: first?.run ?? null, batch, ...(note === undefined ? {} : { note }) };
  }

  /** Sends the updates of a run to the windows that show it. @returns a function to call when the run has ended */
  #follow(session: Session, row: RowHandle, group: GroupHandle): () => void {
    this.#rows.set(row.id, { row, group });
    const watching = () => this.#parts.sessions.showing(row.id);
    const isWatched = (task: string) => watching().some((viewer) => viewer.watched.has(task));
    const endUpdates = streamRunUpdates(row, isWatched, (events) => {
      for (const viewer of watching()) viewer.push('run.update', events);
    });
    const endNotifications = notifyOfQuestions(row, session);
    return () => {
      endUpdates();
      endNotifications();
      this.#rows.delete(row.id);
      for (const viewer of watching()) viewer.push('run.ended', { run: row.id, seq: row.state.seq });
    };
  }
}

function refusedBy(refusal: LaunchRefusal): Exclude<Started, { status: 'started' }> {
  if ('problems' in refusal) return { status: 'refused', problems: refusal.problems };
  return { status: 'failed', failure: refusal.failure };
}

/** Returns the crew of a window for comparisons with runs. */
export function openCrew({ document, shippedFrom, ownRuns }: Session): OpenCrew {
  return { crew: document.crew, file: document.path ?? shippedFrom, ownRuns: [...ownRuns] };
}
