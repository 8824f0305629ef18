import { JournaledState } from '../../../shared/control/journaled-state.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import { Recorder } from '../journal/recorder.ts';
import { Secrets } from '../journal/secrets.ts';
import type { JournalStorage } from '../journal/storage.ts';
import type { RunRequest } from '../request.ts';
import { endLostTurns, withoutPartialEnd } from '../resume.ts';
import { Run } from '../run.ts';
import { RunClock, systemClock } from '../run-clock.ts';
import type { ControllerDeps } from '../run-components.ts';
import { startedEvent } from '../run-started-event.ts';
import { Results } from '../turns/results.ts';
import { Transcripts } from '../turns/transcript.ts';

/** Storage that flushes immediately and keeps nothing: subscribers of the run receive its events. */
const NO_STORAGE: JournalStorage = { write: async () => {}, close: async () => {} };

/** Returns the dependencies of a run's controller, without files and locks. */
export function memoryDeps(request: RunRequest): Omit<ControllerDeps, 'wake'> {
  const { crew, clock = systemClock, id = 'memory' } = request;
  const runClock = new RunClock(clock, 0, request.startedAtMonotonicMs);
  const state = new JournaledState(crew);
  const decider = state.scheduler;
  const recorder = new Recorder({ state, storage: NO_STORAGE, clock: runClock, secrets: new Secrets() });
  recorder.emit(startedEvent(request, id, clock.wallMs()));
  return {
    id,
    dir: '/nowhere',
    crew,
    environment: request,
    clock,
    runClock,
    recorder,
    decider,
    results: new Results(crew),
    transcripts: new Transcripts(),
  };
}

/** Resumes a run of which only these events are left, without files and locks. The bodies of its calls are lost. */
export async function resumeMemoryRun(request: RunRequest, events: readonly RunEvent[], host: SlotHost): Promise<Run> {
  const { crew, clock = systemClock, id = 'memory', versions } = request;
  const state = new JournaledState(crew);
  for (const event of events.slice(0, withoutPartialEnd(events))) state.apply(event);
  const decider = state.scheduler;
  const runClock = new RunClock(clock, state.run.t, clock.monotonicMs());
  const recorder = new Recorder({ state, storage: NO_STORAGE, clock: runClock, secrets: new Secrets() });
  const results = new Results(crew);
  await results.restore(state.run, '/nowhere');
  endLostTurns(recorder, runClock.now());
  recorder.emit({ type: 'run.resumed', wall_ms: Math.round(clock.wallMs()), versions });
  const transcripts = new Transcripts();
  const resumed = { id, dir: '/nowhere', crew, environment: request, clock, runClock, recorder, decider };
  return begin({ ...resumed, results, transcripts }, host);
}

/** Starts a run without files and locks. Nothing in it waits for the disk, so fake timers control all of its time. */
export function startMemoryRun(request: RunRequest, host: SlotHost): Run {
  return begin(memoryDeps(request), host);
}

function begin(deps: Omit<ControllerDeps, 'wake'>, host: SlotHost): Run {
  const run = new Run({
    ...deps,
    host,
    notes: [],
    closed: async () => null,
  });
  run.begin();
  return run;
}
