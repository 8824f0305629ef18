import { vi } from 'vitest';
import type { Crew } from '../../../shared/crew/schema.ts';
import { Random } from '../../../shared/random.ts';
import type { RunEvent } from '../../../shared/run/events.ts';
import type { RunHandle, RunRequest } from '../request.ts';
import { systemClock } from '../run-clock.ts';
import { type JournalOf, memoryJournal, resumeMemoryRun, startMemoryRun } from './memory-run.ts';
import { RandomHost } from './random-host.ts';
import { actAtRandom } from './random-person.ts';
import type { Rig } from './rig.ts';
import { SeveredHost } from './severed-host.ts';

/** The number of steps after which a run counts as endless. */
export const MOST_STEPS = 20_000;
/** The last process is not killed. */
const MOST_PROCESSES = 4;
/** A person who can be asked for reviews and for a larger budget. */
const PRESENT: Pick<RunRequest, 'attended' | 'reviewer'> = { attended: true, reviewer: 'person' };

/** Returns the request for a run in fake time, with or without a person. */
export function randomRequest(
  rig: Rig,
  crew: Crew,
  slots: number,
  random: Random,
  more: Partial<RunRequest> = {},
): RunRequest {
  const clock = { ...systemClock, wallMs: () => 1_000_000 + performance.now(), random: jitter };
  const people = random.pick([PRESENT, { reviewer: 'approve_all' }, {}]);
  const request = rig.request(crew, slots, { clock, ...people, ...more });
  return { ...request, workspace: '/nowhere' };
}

/** Jitter that depends on the time alone, not on the number of calls before it. */
function jitter(): number {
  return (performance.now() * 0.618_033_988_75) % 1;
}

/**
 * Carries out a run in fake time, whose process is killed a few times and which another process then resumes. Returns
 * the flushed events of all processes.
 */
export async function runWithKills(
  request: RunRequest,
  seed: number,
  random: Random,
  journalOf: JournalOf = memoryJournal,
): Promise<RunEvent[]> {
  const flushed: RunEvent[] = [];
  let host = hostOf(seed, 1);
  let run = startMemoryRun(request, host, journalOf);
  for (let process = 2; ; process += 1) {
    const forget = run.subscribe((events) => flushed.push(...events));
    const isKilled = await runUntilKilled(run, random, process > MOST_PROCESSES ? MOST_STEPS : random.int(5, 80));
    if (!isKilled || flushed.at(-1)?.type === 'run.finished') return flushed;
    forget();
    host.sever();
    host = hostOf(seed, process);
    run = await resumeMemoryRun(request, flushed, host, journalOf);
  }
}

function hostOf(seed: number, process: number): SeveredHost {
  return new SeveredHost(new RandomHost(new Random(seed + process * 1_000_000), { calls: [], refusals: [] }));
}

/** Lets fake time pass. Returns false if the run ends within this number of steps. */
async function runUntilKilled(run: RunHandle, random: Random, steps: number): Promise<boolean> {
  let isOver = false;
  void run.done.then(() => (isOver = true));
  const actions = [() => run.pause(), () => run.setSlots(random.int(1, 5))] as const;
  for (let step = 0; step < steps; step += 1) {
    if (isOver) return false;
    const isActive = run.state.outcome === null && run.state.interrupted === null;
    if (isActive) actAtRandom(run, random, { chance: 0.03, actions });
    await vi.advanceTimersByTimeAsync(run.state.running.size > 0 ? 5 : 100);
  }
  return !isOver;
}
