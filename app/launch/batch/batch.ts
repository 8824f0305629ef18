import type { LimitsBefore } from '../../../shared/control/limits/limits.ts';
import type { Crew } from '../../../shared/project/schema.ts';
import type { EventOf } from '../../../shared/run/events.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import type { BatchResources } from '../../engine/batch/share.ts';
import { SharedLimits } from '../../engine/batch/shared-limits.ts';
import { SlotBroker } from '../../engine/batch/slot-broker.ts';
import { tooLittle } from '../../engine/budget/budget.ts';
import type { CommandResult, InterruptReason, RunEnd, RunHandle } from '../../engine/request.ts';
import { limitSettings } from '../../engine/run-facts.ts';
import type { LaunchFailure } from '../launch.ts';

/** Rows under way besides one for each slot, so that a turn is ready whenever a slot is. */
const AHEAD = 1;
/** Rows under way at most, where slots stand idle because rows wait for something else: a pool, a person, a next try. */
const MOST_OPEN = 256;

/** How a row that no process carries any more stands. */
export type RowEnd =
  | { status: 'finished'; outcome: EventOf<'run.finished'>['outcome'] }
  | { status: 'interrupted'; reason: InterruptReason }
  /** It could not be started. */
  | { status: 'refused'; failure: LaunchFailure };

export type RowStart = { ok: true; run: RunHandle } | { ok: false; failure: LaunchFailure };

/**
 * One row of a batch: waiting → starting → running → ended. One that the batch lets go of before its turn stays
 * `waiting`; one that had finished before the batch was resumed is `ended` from the start.
 */
export interface RowState {
  /** From 1. */
  readonly row: number;
  /** The name of its run. */
  readonly run: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Tasks that have ended, as far as no process carries it now. */
  done: number;
  status: 'waiting' | 'starting' | 'running' | 'ended';
  /** While it runs. */
  handle: RunHandle | null;
  end: RowEnd | null;
}

/** What holds for rows that start or go on now. `budgetUsd`: for all rows together; null: nobody has said another than before. */
export interface RowSettings {
  slots: number;
  budgetUsd: number | null;
}

export interface BatchDeps {
  id: string;
  dir: string;
  project: Crew;
  slots: number;
  rows: RowState[];
  host: SlotHost;
  startedAtMonotonicMs: number;
  /** US dollars that earlier processes have spent on it. */
  spentUsd: number;
  /** What they have left of the providers' limits, in milliseconds of the batch; one for each row. */
  limitsBefore: readonly LimitsBefore[];
  /** What all rows together may cost from now on, in US dollars; null: as before. */
  budgetUsd: number | null;
  /** Starts a row's run, or goes on with it. */
  start: (row: RowState, settings: RowSettings, share: BatchResources, host: SlotHost) => Promise<RowStart>;
  /** Every row has been let go of: what was opened for them is closed. */
  closed: () => Promise<void>;
}

/** How a process lets go of a batch: all rows have ended, or some are still to be done, for this reason. */
export type BatchEnd = { status: 'ended' } | { status: 'interrupted'; reason: InterruptReason };

/** A batch that this process carries: its rows are runs of their own, which share slots, limits and the budget. */
export class Batch {
  readonly id: string;
  readonly dir: string;
  readonly project: Crew;
  readonly rows: readonly RowState[];
  /** Resolves when all that was begun has been closed; rejects when something breaks that must not. */
  readonly done: Promise<BatchEnd>;
  /** What its rows could not do apart from their tasks, such as writing the history; each said once, for people. */
  readonly notes = new Set<string>();
  readonly #deps: BatchDeps;
  readonly #broker: SlotBroker;
  readonly #limits: SharedLimits;
  readonly #listeners = new Set<(row: RowState) => void>();
  #slots: number;
  #spentUsd: number;
  #budgetUsd: number | null;
  #next = 0;
  #open = 0;
  #paused = false;
  #ending: 'stop' | InterruptReason | null = null;
  #closing = false;
  #resolve: (end: BatchEnd) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(deps: BatchDeps) {
    this.#deps = deps;
    this.id = deps.id;
    this.dir = deps.dir;
    this.project = deps.project;
    this.rows = deps.rows;
    this.#slots = deps.slots;
    this.#spentUsd = deps.spentUsd;
    this.#budgetUsd = deps.budgetUsd;
    this.#broker = new SlotBroker(deps.host, deps.project, deps.slots, () => this.#fill());
    const clock = () => performance.now() - deps.startedAtMonotonicMs;
    this.#limits = new SharedLimits(deps.slots, limitSettings(deps.project), clock);
    for (const before of deps.limitsBefore) this.#limits.restore(before);
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get slots(): number {
    return this.#slots;
  }

  /** What it has cost so far, in US dollars. */
  get spentUsd(): number {
    return this.#spentUsd;
  }

  /** Starts the slots and the first rows. */
  begin(): void {
    this.#broker.start();
    this.#fill();
  }

  /** Tells of each row whose status has changed. Returns the function that ends it. */
  subscribe(listener: (row: RowState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  pause(): void {
    this.#paused = true;
    for (const { handle } of this.rows) handle?.pause();
  }

  unpause(): void {
    this.#paused = false;
    for (const { handle } of this.rows) handle?.unpause();
    this.#fill();
  }

  /** Rows that are under way are cancelled; the others do not start. */
  stop(): void {
    this.#ending ??= 'stop';
    for (const { handle } of this.rows) handle?.stop();
    this.#fill();
  }

  /** Rows that are under way are interrupted, and all can be gone on with. */
  interrupt(reason: InterruptReason): void {
    this.#ending ??= reason;
    for (const { handle } of this.rows) handle?.interrupt(reason);
    this.#fill();
  }

  /** No further row can go on, for a reason that one of them ended with. */
  #letGo(reason: InterruptReason): void {
    this.#ending ??= reason;
    // Where the money is gone the others find out by themselves, once the calls are answered that are paid for already.
    if (reason === 'budget') this.#fill();
    else this.interrupt(reason);
  }

  setSlots(count: number): void {
    this.#slots = count;
    this.#broker.resize(count);
    this.#limits.setSlots(count);
    for (const { handle } of this.rows) handle?.setSlots(count);
    this.#fill();
  }

  /** Lets all rows together cost so much. */
  async setBudget(usd: number): Promise<CommandResult> {
    if (!(usd > this.#spentUsd)) return { ok: false, message: tooLittle(usd, this.#spentUsd) };
    this.#budgetUsd = usd;
    const taken = await Promise.all(this.rows.flatMap(({ handle }) => handle?.setBudget(usd) ?? []));
    // A row that does not take it has ended, or is about to.
    return taken.find(({ ok }) => ok) ?? taken[0] ?? { ok: true };
  }

  /** Starts rows, in order, as far as there is use for them. */
  #fill(): void {
    while (this.#ending === null && !this.#paused && this.#hasRoom()) {
      const row = this.rows[this.#next];
      if (!row) break;
      this.#next += 1;
      if (row.status === 'waiting') this.#begin(row);
    }
    if (this.#open === 0 && (this.#ending !== null || this.#next >= this.rows.length)) void this.#close();
  }

  #hasRoom(): boolean {
    if (this.#open < this.#slots + AHEAD) return true;
    return this.#open < MOST_OPEN && this.#broker.isIdle && this.rows.every(({ status }) => status !== 'starting');
  }

  #begin(row: RowState): void {
    this.#open += 1;
    this.#change(row, { status: 'starting' });
    this.#carry(row).catch(this.#reject);
  }

  async #carry(row: RowState): Promise<void> {
    const { host, slots } = this.#broker.row(row.row, row.run);
    let leave: () => void = () => undefined;
    const share: BatchResources = {
      startedAtMonotonicMs: this.#deps.startedAtMonotonicMs,
      slots,
      limits: (one) => {
        const joined = this.#limits.join(one);
        leave = joined.leave;
        return joined.limits;
      },
      spend: (usd) => this.#spend(usd),
    };
    const settings = { slots: this.#slots, budgetUsd: this.#budgetUsd };
    const started = await this.#deps.start(row, settings, share, host);
    if (!started.ok) {
      this.#ended(row, { status: 'refused', failure: started.failure });
      return;
    }
    const { run } = started;
    this.#change(row, { status: 'running', handle: run });
    this.#catchUp(run, settings);
    const known = run.notes.length;
    const end = await run.done;
    for (const note of run.notes.slice(known)) this.notes.add(note);
    leave();
    row.done = tasksDone(run.state);
    this.#ended(row, rowEndOf(end));
  }

  /** What was asked of the batch while the row started. */
  #catchUp(run: RunHandle, { budgetUsd }: RowSettings): void {
    if (this.#budgetUsd !== null && this.#budgetUsd !== budgetUsd) void run.setBudget(this.#budgetUsd);
    if (this.#ending === 'stop') run.stop();
    else if (this.#ending !== null && this.#ending !== 'budget') run.interrupt(this.#ending);
    else if (this.#paused) run.pause();
    run.setSlots(this.#slots);
  }

  #ended(row: RowState, end: RowEnd): void {
    this.#open -= 1;
    this.#change(row, { status: 'ended', handle: null, end });
    const reason = endingAll(end);
    if (reason !== null) this.#letGo(reason);
    else this.#fill();
  }

  /** A budget is for the batch as a whole: what one row spends is no longer there for the others. */
  #spend(usd: number): number {
    this.#spentUsd += usd;
    return this.#spentUsd;
  }

  #change(row: RowState, change: Partial<RowState>): void {
    Object.assign(row, change);
    for (const listener of this.#listeners) listener(row);
  }

  async #close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#limits.end();
    try {
      await this.#broker.stop();
      await this.#deps.closed();
      this.#resolve(this.#end());
    } catch (error) {
      this.#reject(error);
    }
  }

  #end(): BatchEnd {
    if (this.#ending !== null && this.#ending !== 'stop') return { status: 'interrupted', reason: this.#ending };
    const open = this.rows.find(({ end }) => end?.status === 'interrupted')?.end;
    return open?.status === 'interrupted' ? { status: 'interrupted', reason: open.reason } : { status: 'ended' };
  }
}

/** How many tasks of a run have ended. */
export function tasksDone({ tasks }: RunState): number {
  let done = 0;
  for (const { index, status } of tasks.values()) if (index >= 0 && status !== 'pending') done += 1;
  return done;
}

function rowEndOf(end: RunEnd): RowEnd {
  return end.status === 'finished' ? end : { status: 'interrupted', reason: end.reason };
}

/** Why no other row could go on either; a review is waited for by one row alone. */
function endingAll(end: RowEnd): InterruptReason | null {
  if (end.status === 'refused') return end.failure.kind === 'disk' ? 'disk' : null;
  return end.status === 'interrupted' && end.reason !== 'review' ? end.reason : null;
}
