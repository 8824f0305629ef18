import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listedSlots } from '../app/engine/testing/listed-slots.ts';
import { Random } from '../shared/random.ts';
import type { RunEvent } from '../shared/run/events.ts';
import { type Counts, noCounts } from './counts.ts';
import type { ChaosCrew } from './crew.ts';
import { answeredCalls, checkFinished, checkJournal, completedTasks, type Journal } from './journal-checks.ts';
import {
  type Acknowledged,
  hasFinished,
  lost,
  rowName,
  type StoredRuns,
  storedRunsIn,
  waitsForSlots,
} from './journals.ts';
import { randomMoment, reached, runFolders } from './moments.ts';
import type { Owner, Victim } from './owner.ts';
import { cutPower } from './power-cut.ts';
import { descendantsOf, isAlive, kill, type Process } from './processes.ts';
import { ChaosProvider } from './provider.ts';
import { until } from './until.ts';

/**
 * The number of consecutive slot processes that may end before they are ready. A run is then interrupted; random kills
 * can cause that.
 */
const FAILED_STARTS = 3;
/** A generous timeout: without kills, a run of these crews takes seconds. */
const PATIENCE_MS = 120_000;

export interface RoundParts {
  crew: ChaosCrew;
  victim: Victim;
  /** The folder of the round. It is kept if there are problems. */
  folder: string;
  /** The maximum number of kills of the owner. */
  kills: number;
  /** Writes a crew file and returns its path. */
  writeCrew(file: object): Promise<string>;
}

/** Runs one crew from its start to its end with random kills. */
export class Round {
  readonly counts: Counts = { ...noCounts(), crews: 1 };
  readonly #parts: RoundParts;
  readonly #random: Random;
  readonly #home: string;
  readonly #problems = new Set<string>();
  readonly #acknowledged = new Set<Acknowledged>();
  /** Waits for the child processes of killed owners. */
  readonly #orphans: Promise<void>[] = [];

  constructor(parts: RoundParts) {
    this.#parts = parts;
    this.#random = new Random(parts.crew.seed + 1);
    this.#home = join(parts.folder, 'home');
  }

  /** Violations of invariants, as text. */
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
    }
    const problems = [...this.#problems, ...provider.problems];
    if (problems.length === 0) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    return problems;
  }

  /** Starts and resumes the run until it has finished. The last process is not killed. */
  async #lives(file: string): Promise<void> {
    for (let left = this.#parts.kills; !(await this.#hasFinished()); ) {
      const owner = await this.#begin(file);
      const slots = this.#killSlots(owner);
      const moment = left > 0 ? randomMoment(this.#random, this.#parts.victim.startMs) : { afterMs: PATIENCE_MS };
      await reached(moment, this.#home, owner.over);
      const exited = await this.#exitedEarly(owner);
      if (await this.#hasFinished()) await this.#finish(owner);
      else if (exited === null) await this.#kill(owner);
      if ((await slots) >= FAILED_STARTS && waitsForSlots(await this.#kept())) continue;
      if (exited !== null) this.#problems.add(`it exited without finishing the run: ${exited}`);
      else if (left === 0 && !(await this.#hasFinished()))
        this.#problems.add(`without kills, it does not finish: ${(await owner.ended).stderr.slice(-2000)}`);
      if (exited !== null || left === 0) return;
      left -= 1;
    }
  }

  async #begin(file: string): Promise<Owner> {
    const { victim, folder, crew } = this.#parts;
    const { dir } = await this.#kept();
    if (dir === null) return victim.start({ file, rows: crew.rows }, this.#home, join(folder, 'workspace'));
    this.counts.resumes += 1;
    return victim.resume(dir, this.#home);
  }

  #kept(): Promise<StoredRuns> {
    return storedRunsIn(this.#home, this.#rows);
  }

  get #rows(): number | null {
    return this.#parts.crew.rows?.length ?? null;
  }

  /**
   * Returns the output of a process that exited without finishing the run and without being killed; null for others.
   */
  async #exitedEarly(owner: Owner): Promise<string | null> {
    const end = await Promise.race([owner.ended, null]);
    if (end === null || (await this.#hasFinished())) return null;
    return `exit code ${end.code}: ${end.stderr.slice(-2000)}`;
  }

  async #hasFinished(): Promise<boolean> {
    return hasFinished(await this.#kept(), this.#rows);
  }

  /** Resolves with the number of killed slot processes. */
  async #killSlots(owner: Owner): Promise<number> {
    const random = new Random(this.#random.int(0, 2 ** 30));
    let left = random.chance(0.5) ? random.int(1, 3) : 0;
    let killed = 0;
    if (left > 0) await reached({ afterMs: this.#parts.victim.startMs }, this.#home, owner.over);
    for (; left > 0; left -= 1) {
      await reached({ afterMs: random.int(0, 1000) }, this.#home, owner.over);
      const slots = await this.#slotsOf(owner);
      const slot = slots[random.int(0, slots.length - 1)];
      if (!slot) continue;
      kill(slot.pid, 'SIGKILL');
      this.counts.slotKills += 1;
      killed += 1;
    }
    return killed;
  }

  /** The slot processes of this owner. */
  async #slotsOf(owner: Owner): Promise<Process[]> {
    const listed = await Promise.all((await runFolders(this.#home)).map(listedSlots));
    const pids = new Set(listed.flat());
    return descendantsOf(owner.pid).filter(({ pid }) => pids.has(pid));
  }

  async #kill(owner: Owner): Promise<void> {
    await this.#listen(owner);
    const children = descendantsOf(owner.pid);
    kill(owner.pid, this.#random.pick(this.#parts.victim.signals));
    this.counts.ownerKills += 1;
    await owner.ended;
    await this.#listen(owner);
    const gone = this.#waitForOrphans(children);
    this.#orphans.push(gone);
    // In the other half of the cases, the next owner starts while slot processes of this one still run.
    if (this.#random.chance(0.5)) await gone;
    const { runs } = await this.#check();
    // An acknowledged row is completely on disk.
    const unacknowledged = runs.filter((run) => !this.#acknowledged.has(rowName(run) ?? ''));
    if (unacknowledged.length === 0 || !this.#random.chance(0.3)) return;
    const { dir } = unacknowledged[this.#random.int(0, unacknowledged.length - 1)] ?? {};
    if (dir === undefined) return;
    await cutPower(dir, this.#acknowledged, this.#random);
    this.counts.powerCuts += 1;
    await this.#check();
  }

  async #finish(owner: Owner): Promise<void> {
    await owner.over;
    await this.#listen(owner);
    const children = descendantsOf(owner.pid);
    await owner.close();
    const end = await owner.ended;
    this.#orphans.push(this.#waitForOrphans(children));
    const { dir } = await this.#kept();
    if (dir) for (const problem of await this.#parts.victim.check(end, dir)) this.#problems.add(problem);
  }

  async #listen(owner: Owner): Promise<void> {
    for (const acknowledged of await owner.acknowledged()) this.#acknowledged.add(acknowledged);
  }

  async #waitForOrphans(children: readonly Process[]): Promise<void> {
    if (await until(() => !children.some(isAlive))) return;
    this.#problems.add(`child processes outlive their owner: ${children.filter(isAlive).map(({ pid }) => pid)}`);
  }

  /** Checks the invariants that apply at any time. */
  async #check(): Promise<StoredRuns> {
    const kept = await this.#kept();
    for (const problem of kept.runs.flatMap(checkJournal)) this.#problems.add(problem);
    for (const acknowledged of lost(kept, this.#acknowledged))
      this.#problems.add(`the result of ${acknowledged} was acknowledged and is lost`);
    return kept;
  }

  async #checkEnd(provider: ChaosProvider): Promise<void> {
    await Promise.all(this.#orphans);
    this.counts.acknowledged += this.#acknowledged.size;
    this.counts.requests += provider.asked.length;
    this.counts.faults += provider.faults;
    for (const run of (await this.#check()).runs) {
      for (const problem of checkFinished(run)) this.#problems.add(problem);
      for (const problem of await repeatedCalls(run, provider)) this.#problems.add(problem);
      this.#count(run);
    }
  }

  #count({ crew, events }: Journal): void {
    const of = (type: RunEvent['type']) => events.filter((event) => event.type === type).length;
    this.counts.runs += 1;
    this.counts.delegations += of('delegation.started');
    this.counts.reviews += of('review.asked');
    this.counts.events += events.length;
    this.counts.tasks += crew.tasks.length;
    this.counts.completed += completedTasks(events).filter((task) => task !== '@assignment').length;
  }
}

/** Checks that no call with a journaled answer was repeated, and none was answered twice. */
async function repeatedCalls(journal: Journal, { asked }: ChaosProvider): Promise<string[]> {
  const last = new Map(asked.map(({ conversation, id }) => [conversation, id]));
  const conversations = new Map(asked.map(({ conversation, id }) => [id, conversation]));
  const problems: string[] = [];
  for (const { request, task } of await answeredCalls(journal)) {
    const again = last.get(conversations.get(request) ?? '');
    if (again !== request)
      problems.push(`request ${again} repeats the call that request ${request} had answered (${task})`);
  }
  return problems;
}
