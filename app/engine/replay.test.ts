import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { JournaledState } from '../../shared/control/journaled-state.ts';
import type { Output } from '../../shared/control/recorder.ts';
import type { Crew } from '../../shared/crew/schema.ts';
import { Random } from '../../shared/random.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import { RunJournal } from './journal/run-journal.ts';
import type { JournalStorage } from './journal/storage.ts';
import { randomRequest, runWithKills } from './testing/killed-runs.ts';
import { randomLimitedCrew } from './testing/limited-crew.ts';
import { Rig } from './testing/rig.ts';

const RUNS = 20;
/** The number of steps after which the whole state of the run is compared. The other parts are compared after each step. */
const STEPS_PER_COMPARISON = 50;
const NO_STORAGE: JournalStorage = { write: async () => {}, close: async () => {} };
const RETRIES = { max: 3, base_s: 0, factor: 1, cap_s: 0 };

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
  rig.remove();
});

/** A journal that applies its events to a second state, and compares that with the state of the run after each step. */
class ComparingJournal extends RunJournal {
  readonly #live: JournaledState;
  readonly #replayed: JournaledState;
  steps = 0;

  /** `before`: the events of earlier processes, which `live` already contains. */
  constructor(crew: Crew, live: JournaledState, before: readonly RunEvent[]) {
    super(NO_STORAGE);
    this.#live = live;
    this.#replayed = new JournaledState(crew);
    for (const event of before) this.#replayed.apply(event);
  }

  override append(recorded: Pick<Output, 'events' | 'blobs'>): void {
    super.append(recorded);
    for (const event of recorded.events) this.#replayed.apply(event);
    this.steps += 1;
    expect(summaryOf(this.#replayed)).toBe(summaryOf(this.#live));
    if (this.steps % STEPS_PER_COMPARISON === 0) expect(this.#replayed.run).toEqual(this.#live.run);
  }
}

/** The scheduler, the cost, and the retries: what they would decide about each running turn if it failed now. */
function summaryOf({ scheduler, retries, run, spentUsd }: JournaledState): string {
  const kinds = ['network', 'rate_limit'] as const;
  const decisions = [...run.running].flatMap((turn) =>
    kinds.map((kind) =>
      retries.afterFailure(turn, RETRIES, { failure: { kind, message: '' }, crashed: true, t: run.t, random: 0 }),
    ),
  );
  return JSON.stringify([scheduler.snapshot(), spentUsd, decisions]);
}

test('after every step of a random run, the events so far give the state of the run, also after kills', async () => {
  let steps = 0;
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const random = new Random(seed);
    const crew = randomLimitedCrew(random);
    const request = randomRequest(rig, crew, random.int(1, 4), random);
    const journals: ComparingJournal[] = [];
    await runWithKills(request, seed, random, (live, before) => {
      const journal = new ComparingJournal(crew, live, before);
      journals.push(journal);
      return journal;
    });
    steps += journals.reduce((sum, journal) => sum + journal.steps, 0);
  }
  expect(steps).toBeGreaterThan(RUNS * 10);
});
