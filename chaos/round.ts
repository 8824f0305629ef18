import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../shared/random.ts';
import type { Carrier, Victim } from './carrier.ts';
import { type Counts, noCounts } from './counts.ts';
import type { ChaosCrew } from './crew.ts';
import {
  answeredCalls,
  checkFinished,
  checkJournal,
  completedTasks,
  type Journal,
  journalOf,
} from './journal-checks.ts';
import { randomMoment, reached, runFolders } from './moments.ts';
import { cutPower } from './power-cut.ts';
import { descendantsOf, isAlive, kill, type Process } from './processes.ts';
import { ChaosProvider } from './provider.ts';
import { until } from './until.ts';

/** After so many processes in a row that ended before they were ready, a run is interrupted: chance may kill just those. */
const FAILED_STARTS = 3;
/** Left in peace, a run of these crews takes seconds. */
const PATIENCE_MS = 120_000;

export interface RoundParts {
  crew: ChaosCrew;
  victim: Victim;
  /** A folder of the round's own, removed in the end. */
  folder: string;
  /** How often the carrier is killed at most. */
  kills: number;
  /** Writes a crew file and says where. */
  writeCrew(file: object): Promise<string>;
}

/** One crew from its start to its end, whatever is killed on the way. */
export class Round {
  readonly counts: Counts = { ...noCounts(), crews: 1 };
  readonly #parts: RoundParts;
  readonly #random: Random;
  readonly #home: string;
  readonly #problems = new Set<string>();
  /** Tasks of which a person was told that they are completed. */
  readonly #told = new Set<string>();
  /** Waits for the processes that killed carriers have left behind. */
  readonly #orphans: Promise<void>[] = [];

  constructor(parts: RoundParts) {
    this.#parts = parts;
    this.#random = new Random(parts.crew.seed + 1);
    this.#home = join(parts.folder, 'home');
  }

  /** What did not hold, in words. */
  async run(): Promise<string[]> {
    const { crew, folder, writeCrew } = this.#parts;
    const provider = await ChaosProvider.start(crew);
    const model = { provider: 'openai_compatible', base_url: provider.baseUrl, model: 'chaos' };
    const settings = { ...crew.file.settings, ...model, max_concurrent_tasks: crew.slots };
    try {
      await this.#lives(await writeCrew({ ...crew.file, settings }));
      await this.#checkEnd(provider);
    } finally {
      await provider.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    }
    return [...this.#problems, ...provider.problems];
  }

  /** Starts and resumes it until it has finished; its last life is left in peace. */
  async #lives(file: string): Promise<void> {
    for (let left = this.#parts.kills; !(await this.#hasFinished()); ) {
      const carrier = await this.#begin(file);
      const slots = this.#killSlots(carrier);
      const moment = left > 0 ? randomMoment(this.#random, this.#parts.victim.startMs) : { afterMs: PATIENCE_MS };
      await reached(moment, this.#home, carrier.over);
      const gaveUp = await this.#gaveUp(carrier);
      if (await this.#hasFinished()) await this.#finish(carrier);
      else if (gaveUp === null) await this.#kill(carrier);
      if ((await slots) >= FAILED_STARTS && (await this.#waitsForSlots())) continue;
      if (gaveUp !== null) this.#problems.add(`it ended without having finished the run: ${gaveUp}`);
      else if (left === 0 && !(await this.#hasFinished())) this.#problems.add('left in peace, it does not finish');
      if (gaveUp !== null || left === 0) return;
      left -= 1;
    }
  }

  async #begin(file: string): Promise<Carrier> {
    const { victim, folder } = this.#parts;
    const journal = await this.#journal();
    if (journal === null) return victim.start(file, this.#home, join(folder, 'workspace'));
    this.counts.resumes += 1;
    return victim.resume(journal.dir, this.#home);
  }

  /** The run to go on with: the one whose start is saved. Where none is, nobody was told of anything. */
  async #journal(): Promise<Journal | null> {
    for (const dir of await runFolders(this.#home)) {
      const journal = await journalOf(dir);
      if (typeof journal === 'string') this.#unreadable(journal);
      else if (journal.events.length > 0) return journal;
    }
    if (this.#told.size > 0) this.#problems.add(`${[...this.#told]} were told of, and there is no run`);
    return null;
  }

  /** A run whose folder was not yet complete when its process was killed is no run. */
  #unreadable(problem: string): void {
    if (this.#told.size > 0) this.#problems.add(problem);
  }

  /** What a carrier said that ended by itself with the run unfinished; null for any other. */
  async #gaveUp(carrier: Carrier): Promise<string | null> {
    const end = await Promise.race([carrier.ended, null]);
    if (end === null || (await this.#hasFinished())) return null;
    return `exit code ${end.code}: ${end.stderr.slice(-2000)}`;
  }

  /** It was interrupted since its slots ended as soon as they had started. */
  async #waitsForSlots(): Promise<boolean> {
    const last = (await this.#journal())?.events.at(-1);
    return last?.type === 'run.interrupted' && last.reason === 'slots';
  }

  async #hasFinished(): Promise<boolean> {
    return (await this.#journal())?.events.at(-1)?.type === 'run.finished';
  }

  /** Resolves with how many it has killed. */
  async #killSlots(carrier: Carrier): Promise<number> {
    const random = new Random(this.#random.int(0, 2 ** 30));
    let left = random.chance(0.5) ? random.int(1, 3) : 0;
    let killed = 0;
    if (left > 0) await reached({ afterMs: this.#parts.victim.startMs }, this.#home, carrier.over);
    for (; left > 0; left -= 1) {
      await reached({ afterMs: random.int(0, 1000) }, this.#home, carrier.over);
      const slots = await this.#slotsOf(carrier);
      const slot = slots[random.int(0, slots.length - 1)];
      if (!slot) continue;
      kill(slot.pid, 'SIGKILL');
      this.counts.slotKills += 1;
      killed += 1;
    }
    return killed;
  }

  /** The slots of this very carrier. */
  async #slotsOf(carrier: Carrier): Promise<Process[]> {
    const events = (await this.#journal())?.events ?? [];
    const pids = new Set(events.flatMap((event) => (event.type === 'slot.started' ? [event.pid] : [])));
    return descendantsOf(carrier.pid).filter(({ pid }) => pids.has(pid));
  }

  async #kill(carrier: Carrier): Promise<void> {
    await this.#listen(carrier);
    const children = descendantsOf(carrier.pid);
    kill(carrier.pid, this.#random.pick(this.#parts.victim.signals));
    this.counts.carrierKills += 1;
    await carrier.ended;
    await this.#listen(carrier);
    const gone = this.#waitForOrphans(children);
    this.#orphans.push(gone);
    // The other half of the time the next one comes while the slots of this one are still there.
    if (this.#random.chance(0.5)) await gone;
    const journal = await this.#check();
    if (!journal || !this.#random.chance(0.3)) return;
    await cutPower(journal.dir, this.#told, this.#random);
    this.counts.powerCuts += 1;
    await this.#check();
  }

  async #finish(carrier: Carrier): Promise<void> {
    await carrier.over;
    await this.#listen(carrier);
    const children = descendantsOf(carrier.pid);
    await carrier.close();
    const end = await carrier.ended;
    this.#orphans.push(this.#waitForOrphans(children));
    const journal = await this.#journal();
    if (journal) for (const problem of await this.#parts.victim.check(end, journal.dir)) this.#problems.add(problem);
  }

  async #listen(carrier: Carrier): Promise<void> {
    for (const task of await carrier.acknowledged()) this.#told.add(task);
  }

  async #waitForOrphans(children: readonly Process[]): Promise<void> {
    if (await until(() => !children.some(isAlive))) return;
    this.#problems.add(`processes outlive their carrier: ${children.filter(isAlive).map(({ pid }) => pid)}`);
  }

  /** What has to hold at any time. */
  async #check(): Promise<Journal | null> {
    const journal = await this.#journal();
    if (!journal) return null;
    for (const problem of checkJournal(journal)) this.#problems.add(problem);
    const kept = new Set(completedTasks(journal.events));
    for (const task of this.#told)
      if (!kept.has(task)) this.#problems.add(`the result of ${task} was told and is lost`);
    return journal;
  }

  async #checkEnd(provider: ChaosProvider): Promise<void> {
    await Promise.all(this.#orphans);
    this.counts.told += this.#told.size;
    const journal = await this.#check();
    if (!journal) return;
    for (const problem of checkFinished(journal)) this.#problems.add(problem);
    for (const problem of await askedAgain(journal, provider)) this.#problems.add(problem);
    this.counts.requests += provider.asked.length;
    this.counts.faults += provider.faults;
    this.counts.delegations += journal.events.filter(({ type }) => type === 'delegation.started').length;
    this.counts.reviews += journal.events.filter(({ type }) => type === 'review.asked').length;
    this.counts.events += journal.events.length;
    this.counts.tasks += journal.project.tasks.length;
    this.counts.completed += completedTasks(journal.events).filter((task) => task !== '@assignment').length;
  }
}

/** Nothing whose answer the journal knows was asked for again, and nothing was answered twice. */
async function askedAgain(journal: Journal, { asked }: ChaosProvider): Promise<string[]> {
  const last = new Map(asked.map(({ conversation, id }) => [conversation, id]));
  const conversations = new Map(asked.map(({ conversation, id }) => [id, conversation]));
  const problems: string[] = [];
  for (const { request, task } of await answeredCalls(journal)) {
    const again = last.get(conversations.get(request) ?? '');
    if (again !== request) problems.push(`request ${again} asks for what request ${request} had answered (${task})`);
  }
  return problems;
}
