import { JournaledState } from '../../../shared/control/journaled-state.ts';
import { withoutPartialEnd } from '../../../shared/control/partial-end.ts';
import { Results } from '../../../shared/control/turns/results.ts';
import { Transcripts } from '../../../shared/control/turns/transcripts.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import { readResults } from '../journal/read-results.ts';
import { RunJournal } from '../journal/run-journal.ts';
import { Secrets } from '../journal/secrets.ts';
import type { JournalStorage } from '../journal/storage.ts';
import type { RunRequest } from '../request.ts';
import { type OpenedRun, Run } from '../run.ts';
import { RunClock, systemClock } from '../run-clock.ts';
import type { RunOwner } from '../run-owner.ts';
import { startedEvent } from '../run-started-event.ts';

/** Storage that flushes immediately and keeps nothing: subscribers of the run receive its events. */
const NO_STORAGE: JournalStorage = { write: async () => {}, close: async () => {} };
/** Returns the journal of a run whose live state is `journaled`, after the events that an earlier process left. */
export type JournalOf = (journaled: JournaledState, before: readonly RunEvent[]) => RunJournal;

/** Returns a journal without files. */
export function memoryJournal(): RunJournal {
  return new RunJournal(NO_STORAGE);
}

const NO_OWNER: RunOwner = { close: async () => null };

/** Returns a new run without files and locks. */
export function openMemoryRun(request: RunRequest, journalOf: JournalOf = memoryJournal): OpenedRun {
  const { crew, clock = systemClock, id = 'memory' } = request;
  const started = startedEvent(request, id, clock.wallMs());
  const journaled = new JournaledState(crew);
  const runClock = new RunClock(clock, 0, request.startedAtMonotonicMs);
  return {
    ...shellOf(request),
    journal: journalOf(journaled, []),
    started,
    journaled,
    texts: { results: new Results(crew), transcripts: new Transcripts() },
    opening: { type: 'new', started, reused: null },
    runClock,
    openedAt: { t: runClock.now(), wallMs: clock.wallMs() },
  };
}

/** Starts a run without files and locks. Nothing in it waits for the disk, so fake timers control all of its time. */
export function startMemoryRun(request: RunRequest, host: SlotHost, journalOf: JournalOf = memoryJournal): Run {
  return begin(openMemoryRun(request, journalOf), host);
}

/** Resumes a run of which only these events are left, without files and locks. The bodies of its calls are lost. */
export async function resumeMemoryRun(
  request: RunRequest,
  events: readonly RunEvent[],
  host: SlotHost,
  journalOf: JournalOf = memoryJournal,
): Promise<Run> {
  const { crew, clock = systemClock, versions } = request;
  const journaled = new JournaledState(crew);
  const before = events.slice(0, withoutPartialEnd(events));
  for (const event of before) journaled.apply(event);
  const { run } = journaled;
  const results = await readResults(run, '/nowhere');
  if (typeof results === 'string' || run.started === null) throw new Error('The run cannot be resumed.');
  const runClock = new RunClock(clock, run.t, clock.monotonicMs());
  const openedAt = { t: runClock.now(), wallMs: clock.wallMs() };
  const opened: OpenedRun = {
    ...shellOf(request),
    journal: journalOf(journaled, before),
    started: run.started,
    journaled,
    texts: { results, transcripts: new Transcripts() },
    opening: {
      type: 'resumed',
      resumed: { type: 'run.resumed', wall_ms: Math.round(openedAt.wallMs), versions },
      budgetUsd: null,
      budgetTokens: null,
    },
    runClock,
    openedAt,
  };
  return begin(opened, host);
}

function shellOf(environment: RunRequest) {
  return { dir: '/nowhere', environment, secrets: new Secrets(), owner: NO_OWNER, notes: [] };
}

function begin(opened: OpenedRun, host: SlotHost): Run {
  const run = new Run(opened, host);
  run.begin();
  return run;
}
