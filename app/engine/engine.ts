import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { tooFewTokens, tooLittle } from '../../shared/control/budget/budget.ts';
import { JournaledState } from '../../shared/control/journaled-state.ts';
import { startedOf } from '../../shared/control/run-facts.ts';
import { Results } from '../../shared/control/turns/results.ts';
import { Transcripts } from '../../shared/control/turns/transcripts.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import { isLocalHost } from '../../shared/slot/local-host.ts';
import { PRIVATE_FOLDER } from '../base/file-mode.ts';
import { createFile } from '../base/folder-handle.ts';
import { type NamedFiles, storeNamedFiles } from '../base/named-files.ts';
import { makePrivateFolder } from '../base/private-folder.ts';
import { proxySecrets } from '../base/proxy.ts';
import { isSystemError } from '../base/system-error.ts';
import type { BatchResources } from './batch/share.ts';
import { writeCrewCopies } from './journal/crew-copies.ts';
import { type LocalFacts, writeLocalFacts } from './journal/local-facts.ts';
import { readResults } from './journal/read-results.ts';
import { readTranscripts } from './journal/read-transcripts.ts';
import { RunJournal } from './journal/run-journal.ts';
import { Secrets } from './journal/secrets.ts';
import { CREW_FILE, openStorage } from './journal/storage.ts';
import { RunLocks } from './locks/run-locks.ts';
import type { ResumeRequest, RunEnvironment, RunRequest, StartFailure, StartResult } from './request.ts';
import { readToResume } from './resume.ts';
import { type OpenedRun, Run } from './run.ts';
import { RunClock, systemClock } from './run-clock.ts';
import { newRunId } from './run-id.ts';
import { LockedRun } from './run-owner.ts';
import { startedEvent } from './run-started-event.ts';

/**
 * Starts a run: locks its workspace, creates its folder, opens its journal and starts its slots. The host serves only
 * this run. A refused run starts nothing and leaves no files.
 */
export async function startRun(request: RunRequest, host: SlotHost): Promise<StartResult> {
  const clock = request.clock ?? systemClock;
  const id = request.id ?? newRunId(clock.wallMs(), clock.random);
  const dir = join(request.runsFolder, id);
  const locks = new RunLocks(id);
  return guarded(dir, locks, async () => {
    const refused = await locks.takeWorkspace(request.workspace);
    if (refused) return { ok: false, failure: refused };
    const made = await makeFolder(dir, request, locks);
    if (made) return { ok: false, failure: made };
    request.onFolder?.(dir);
    const started = startedEvent(request, id, clock.wallMs());
    const texts = { results: new Results(request.crew), transcripts: new Transcripts() };
    const runClock = new RunClock(clock, 0, request.startedAtMonotonicMs);
    return begin(host, locks, {
      dir,
      environment: request,
      started,
      journaled: new JournaledState(request.crew),
      texts,
      opening: { type: 'new', started, reused: request.kept ?? null },
      runClock,
      openedAt: { t: runClock.now(), wallMs: clock.wallMs() },
      journal: new RunJournal(await openStorage(dir, 0)),
      secrets: secretsOf(request),
      owner: new LockedRun(locks, request.history),
      notes: [],
    });
  });
}

/**
 * Resumes an interrupted run. Completed results stay, unfinished turns continue from their answered calls, and
 * run time continues from its last value.
 */
export async function resumeRun(request: ResumeRequest, host: SlotHost): Promise<StartResult> {
  const { dir, crew } = request;
  const clock = request.clock ?? systemClock;
  const locks = new RunLocks(dir);
  return guarded(dir, locks, async () => {
    if (!(await isFolder(dir))) return refusal('journal', `There is no run in ${dir}.`);
    const busy = await locks.takeRun(dir);
    if (busy) return { ok: false, failure: busy };
    const journal = await readToResume(dir);
    if (!journal.ok) return refusal('journal', journal.message);
    const journaled = new JournaledState(crew);
    for (const event of journal.events) journaled.apply(event);
    const state = journaled.run;
    if (!state.started || !containsAllReused(state))
      return refusal('journal', `The journal in ${dir} contains no complete start of a run.`);
    if (state.outcome !== null) return refusal('finished', `The run in ${dir} has finished: ${state.outcome}.`);
    const { budgetUsd, budgetTokens } = request;
    const { spentUsd: spent, spentTokens: used } = journaled;
    if (budgetUsd !== undefined && budgetUsd <= spent) return refusal('budget', tooLittle(budgetUsd, spent));
    if (budgetTokens !== undefined && budgetTokens <= used) return refusal('budget', tooFewTokens(budgetTokens, used));
    const inUse = await locks.takeWorkspace(request.workspace);
    if (inUse) return { ok: false, failure: inUse };
    const results = await readResults(state, dir);
    if (typeof results === 'string') return refusal('journal', `The result of ${results} cannot be read from ${dir}.`);
    const isOpen = (task: string) => state.tasks.get(task)?.status === 'pending';
    const { transcripts, cut } = await readTranscripts(dir, journal.events, isOpen);
    const storage = await openStorage(dir, journal.length);
    const { atMonotonicMs, batchMs } = resumedAt(clock.monotonicMs(), request.share);
    const runClock = new RunClock(clock, state.t, atMonotonicMs);
    const openedAt = { t: runClock.now(), wallMs: clock.wallMs() };
    const ofBatch = batchMs === null ? {} : { batch_ms: batchMs + openedAt.t - state.t };
    const wall_ms = Math.round(openedAt.wallMs);
    return begin(host, locks, {
      dir,
      environment: request,
      started: startedOf(state),
      journaled,
      texts: { results, transcripts },
      opening: {
        type: 'resumed',
        resumed: { type: 'run.resumed', wall_ms, versions: request.versions, ...ofBatch },
        budgetUsd: budgetUsd ?? null,
        budgetTokens: budgetTokens ?? null,
      },
      runClock,
      openedAt,
      journal: new RunJournal(storage),
      secrets: secretsOf(request),
      owner: new LockedRun(locks, request.history),
      notes: [...journal.notes, ...cut.map((task) => cutNote(task, dir))],
    });
  });
}

function begin(host: SlotHost, locks: RunLocks, opened: OpenedRun): StartResult {
  if (isLocalHost(host)) host.watchProcesses((pids) => locks.setSlots(pids));
  const run = new Run(opened, host);
  run.begin();
  return { ok: true, run };
}

function cutNote(task: string, dir: string): string {
  return `A call of ${task} cannot be read from ${dir}: the task continues from the calls before it.`;
}

/** Returns whether the journal of a rerun contains all reused tasks. */
function containsAllReused(state: RunState): boolean {
  const kept = [...state.tasks.values()].filter(({ reusedFrom }) => reusedFrom !== null);
  return kept.length >= (state.started?.kept_tasks ?? 0);
}

/** Aligns a row's run time to whole milliseconds of the batch, so that the times of rows can be compared. */
function resumedAt(monotonicMs: number, share: BatchResources | undefined) {
  if (!share) return { atMonotonicMs: monotonicMs, batchMs: null };
  const batchMs = Math.floor(monotonicMs - share.startedAtMonotonicMs);
  return { atMonotonicMs: share.startedAtMonotonicMs + batchMs, batchMs };
}

/** Releases the locks if the run cannot be started. A disk error becomes a failure value. */
async function guarded(dir: string, locks: RunLocks, open: () => Promise<StartResult>): Promise<StartResult> {
  try {
    const result = await open();
    if (!result.ok) await locks.release();
    return result;
  } catch (error) {
    await locks.release();
    if (!isSystemError(error)) throw error;
    return refusal('disk', `The run's folder ${dir} cannot be used: ${error.message}`);
  }
}

const NO_FILES: NamedFiles = new Map();

async function makeFolder(dir: string, request: RunRequest, locks: RunLocks): Promise<StartFailure | null> {
  await makePrivateFolder(request.runsFolder);
  await mkdir(dir, { mode: PRIVATE_FOLDER });
  try {
    const secrets = secretsOf(request);
    await createFile(join(dir, CREW_FILE), secrets.redact(request.crewText));
    await writeCrewCopies(dir, request.crew, (text) => secrets.redact(text));
    await storeNamedFiles(dir, request.namedFiles ?? NO_FILES);
    await writeLocalFacts(dir, { workspace: request.workspace, file: request.file, ...recordingFacts(request) });
    return await locks.takeRun(dir);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

/** The facts with which a resume continues the recording or the replay. */
function recordingFacts({ recording }: RunRequest): Pick<LocalFacts, 'recording'> {
  if (recording === undefined) return {};
  if (recording.mode === 'record') return { recording };
  const { mode, file, speed } = recording;
  return { recording: { mode, file, speed } };
}

function secretsOf(environment: RunEnvironment): Secrets {
  const secrets = new Secrets();
  for (const { name } of environment.crew.agents) {
    const fallbacks = environment.fallbacks?.(name) ?? 0;
    for (let model = 0; model <= fallbacks; model += 1) secrets.add(environment.access(name, model).api_key);
  }
  for (const key of environment.toolKeys ?? []) secrets.add(key);
  for (const secret of proxySecrets(process.env)) secrets.add(secret);
  return secrets;
}

async function isFolder(dir: string): Promise<boolean> {
  try {
    return (await stat(dir)).isDirectory();
  } catch {
    return false;
  }
}

function refusal(kind: StartFailure['kind'], message: string): StartResult {
  return { ok: false, failure: { kind, message } };
}
