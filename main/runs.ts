import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallInput, Started } from '../shared/ipc/channels.ts';
import type { Estimate, RunEvent } from '../shared/run/events.ts';
import type { Project } from '../shared/project/schema.ts';
import type { RunHandle } from '../app/engine/request.ts';
import { listedEnvironment } from '../app/hosts/node-host.ts';
import type { DataFolders } from '../app/launch/data-folder.ts';
import { estimatesOf } from '../app/launch/estimates.ts';
import { launchRun, type LaunchResult } from '../app/launch/launch.ts';
import { resumeLaunched } from '../app/launch/resume.ts';
import { versions } from './app-calls.ts';
import { notifyOfEnd, showProgress } from './attention.ts';
import { batchRun } from './batches.ts';
import { Consents } from './consents.ts';
import type { KeyStore } from './keys.ts';
import { RunEvents } from './run-events.ts';
import type { Session, Sessions } from './session.ts';
import type { SettingsFile } from './settings.ts';
import { utilityHost } from './utility-host.ts';

interface Parts {
  folders: DataFolders;
  keys: KeyStore;
  settings: SettingsFile;
  sessions: Sessions;
  slotFile: string;
}

interface Carried {
  run: RunHandle;
  session: Session;
}

type StartInput = CallInput<'run.start'>;

/** The runs that this application carries, and what is asked about others. */
export class Runs {
  readonly #parts: Parts;
  readonly #carried = new Map<string, Carried>();
  readonly #consents: Consents;
  readonly #events: RunEvents;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#consents = new Consents(parts.settings);
    this.#events = new RunEvents(parts.folders.runs);
  }

  handle(run: string): RunHandle | null {
    return this.#carried.get(run)?.run ?? null;
  }

  carriedBy(session: Session): RunHandle | null {
    for (const carried of this.#carried.values()) if (carried.session === session) return carried.run;
    return null;
  }

  estimates(project: Project): Promise<Record<string, Estimate>> {
    return estimatesOf(project, this.#parts.folders);
  }

  async start(session: Session, input: StartInput): Promise<Started> {
    const startedAtMonotonicMs = performance.now();
    if (this.carriedBy(session)) return failed('running', 'A run is going on in this window. Stop it before another one.');
    const project = this.#projectOf(session);
    const trust = session.ownWork || this.#consents.isGiven(project);
    const launch = (trusted: boolean) =>
      launchRun({ ...this.#common(), project, file: this.#fileOf(session), shipped: session.shippedFrom !== null, overrides: overridesOf(input), trust: trusted, startedAtMonotonicMs });
    const result = await launch(trust);
    if (!result.ok && 'consent' in result) {
      if (!(await this.#consents.ask(session, project, result.consent))) return { status: 'cancelled' };
      return this.#carry(session, await launch(true));
    }
    return this.#carry(session, result);
  }

  async resume(session: Session, run: string): Promise<Started> {
    if (this.carriedBy(session)) return failed('running', 'A run is going on in this window. Stop it before another one.');
    const dir = this.dir(run);
    return this.#carry(session, await resumeLaunched({ ...this.#common(), dir, trust: true }));
  }

  /** The folder of a run; its name comes from a page, so it may be nothing but a name. */
  dir(run: string): string {
    if (!/^[\w.-]+$/.test(run) || run.startsWith('.')) throw new Error(`${JSON.stringify(run)} is no run.`);
    return join(this.#parts.folders.runs, run);
  }

  events(run: string, after: number): Promise<{ project: Project; events: RunEvent[]; live: boolean }> {
    return this.#events.since(this.dir(run), after, this.handle(run));
  }

  async remove(run: string): Promise<void> {
    await rm(this.dir(run), { recursive: true, force: true });
  }
}
