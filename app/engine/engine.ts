import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { JournaledState } from '../../shared/control/journaled-state.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { Scheduler } from '../../shared/scheduler/scheduler.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import { isLocalHost } from '../../shared/slot/local-host.ts';
import { PRIVATE_FOLDER } from '../base/file-mode.ts';
import { createFile } from '../base/folder-handle.ts';
import { makePrivateFolder } from '../base/private-folder.ts';
import { proxySecrets } from '../base/proxy.ts';
import { isSystemError } from '../base/system-error.ts';
import type { BatchResources } from './batch/share.ts';
import { tooLittle } from './budget/budget.ts';
import { updateHistory } from './history.ts';
import { readTranscripts } from './journal/read-transcripts.ts';
import { Recorder } from './journal/recorder.ts';
import { Secrets } from './journal/secrets.ts';
import { CREW_FILE, type JournalStorage, openStorage } from './journal/storage.ts';
import { RunLocks } from './locks/run-locks.ts';
import type { ResumeRequest, RunEnvironment, RunRequest, StartFailure, StartResult } from './request.ts';
import { endLostTurns, readToResume } from './resume.ts';
import { emitKept } from './reused-tasks.ts';
import { Run } from './run.ts';
import { RunClock, systemClock } from './run-clock.ts';
import { startedOf } from './run-facts.ts';
import { newRunId } from './run-id.ts';
import { startedEvent } from './run-started-event.ts';
import { Results } from './turns/results.ts';
import { Transcripts } from './turns/transcript.ts';

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
    const refused = await locks.takeWorkspace(request.settings.workspace);
    if (refused) return { ok: false, failure: refused };
    const made = await makeFolder(dir, request, locks);
    if (made) return { ok: false, failure: made };
    request.onFolder?.(dir);
    const runClock = new RunClock(clock, 0, request.startedAtMonotonicMs);
    const state = new JournaledState(request.crew);
    const started = { runClock, state, decider: state.scheduler };
    const recorder = recorderOf(request, started, await openStorage(dir, 0));
    recorder.emit(startedEvent(request, id, clock.wallMs()));
    const results = new Results(request.crew);
    if (request.kept) emitKept(recorder, results, request.kept);
    return begin(request, host, locks, {
      ...started,
      id,
      dir,
      recorder,
      results,
      transcripts: new Transcripts(),
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
    if (!state.started || !keepsAll(state))
      return refusal('journal', `The journal in ${dir} holds no run: it ended before it had begun.`);
    if (state.outcome !== null) return refusal('finished', `The run in ${dir} has finished: ${state.outcome}.`);
    const { budgetUsd } = request;
    const spent = journaled.spentUsd;
    if (budgetUsd !== undefined && budgetUsd <= spent) return refusal('budget', tooLittle(budgetUsd, spent));
    const inUse = await locks.takeWorkspace(startedOf(state).settings.workspace);
    if (inUse) return { ok: false, failure: inUse };
    const results = new Results(crew);
    const unreadable = await results.restore(state, dir);
    if (unreadable !== null) return refusal('journal', `The result of ${unreadable} cannot be read from ${dir}.`);
    const isOpen = (task: string) => state.tasks.get(task)?.status === 'pending';
    const { transcripts, cut } = await readTranscripts(dir, journal.events, isOpen);
    const storage = await openStorage(dir, journal.length);
    const { atMonotonicMs, batchMs } = resumedAt(clock.monotonicMs(), request.share);
    const lastT = state.t;
    const runClock = new RunClock(clock, lastT, atMonotonicMs);
    const resumed = { runClock, state: journaled, decider: journaled.scheduler };
    const recorder = recorderOf(request, resumed, storage);
    endLostTurns(recorder, runClock.now());
    const wall_ms = Math.round(clock.wallMs());
    const batchTime = batchMs === null ? {} : { batch_ms: batchMs + runClock.now() - lastT };
    recorder.emit({ type: 'run.resumed', wall_ms, versions: request.versions, ...batchTime });
    if (budgetUsd !== undefined) recorder.emit({ type: 'budget.set', budget_usd: budgetUsd, spent_usd: spent });
    const { run } = startedOf(state);
    return begin(request, host, locks, {
      ...resumed,
      id: run,
      dir,
      recorder,
      results,
      transcripts,
      notes: [...journal.notes, ...cut.map((task) => cutNote(task, dir))],
    });
  });
}

function cutNote(task: string, dir: string): string {
  return `A call of ${task} cannot be read from ${dir}: the task goes on from those before it.`;
}

/** Returns whether the journal of a rerun contains all reused tasks. */
function keepsAll(state: RunState): boolean {
  const kept = [...state.tasks.values()].filter(({ reusedFrom }) => reusedFrom !== null);
  return kept.length >= (state.started?.kept_tasks ?? 0);
}

/** Aligns a row's run time to whole milliseconds of the batch, so that the times of rows can be compared. */
function resumedAt(monotonicMs: number, share: BatchResources | undefined) {
  if (!share) return { atMonotonicMs: monotonicMs, batchMs: null };
  const batchMs = Math.floor(monotonicMs - share.startedAtMonotonicMs);
  return { atMonotonicMs: share.startedAtMonotonicMs + batchMs, batchMs };
}

interface OpenRun {
  id: string;
  dir: string;
  runClock: RunClock;
  decider: Scheduler;
  recorder: Recorder;
  results: Results;
  transcripts: Transcripts;
  notes: readonly string[];
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

async function makeFolder(dir: string, request: RunRequest, locks: RunLocks): Promise<StartFailure | null> {
  await makePrivateFolder(request.runsFolder);
  await mkdir(dir, { mode: PRIVATE_FOLDER });
  try {
    await createFile(join(dir, CREW_FILE), secretsOf(request).redact(request.crewText));
    return await locks.takeRun(dir);
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

function recorderOf(
  environment: RunEnvironment,
  { runClock, state }: { runClock: RunClock; state: JournaledState },
  storage: JournalStorage,
): Recorder {
  return new Recorder({ state, storage, clock: runClock, secrets: secretsOf(environment) });
}

function secretsOf(environment: RunEnvironment): Secrets {
  const secrets = new Secrets();
  for (const agent of environment.crew.agents) secrets.add(environment.access(agent.name).api_key);
  for (const secret of proxySecrets(process.env)) secrets.add(secret);
  return secrets;
}

function begin(environment: RunEnvironment, host: SlotHost, locks: RunLocks, opened: OpenRun): StartResult {
  const run = new Run({
    ...opened,
    crew: environment.crew,
    environment,
    clock: environment.clock ?? systemClock,
    host,
    closed: async (end) => {
      const { history } = environment;
      const isFinished = end.status === 'finished';
      const note = history && isFinished ? await updateHistory(history, opened.recorder.state) : null;
      await locks.release();
      return note;
    },
  });
  if (isLocalHost(host)) host.watchProcesses((pids) => locks.setSlots(pids));
  run.begin();
  return { ok: true, run };
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
