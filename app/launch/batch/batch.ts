import type { LimitsBefore } from '../../../shared/control/limits/limits.ts';
import { limitSettings } from '../../../shared/control/limits/settings.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { EventOf } from '../../../shared/run/events.ts';
import type { RunState } from '../../../shared/run/state.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import type { BatchResources } from '../../engine/batch/share.ts';
import { SharedLimits } from '../../engine/batch/shared-limits.ts';
import { SlotBroker } from '../../engine/batch/slot-broker.ts';
import { tooLittle } from '../../engine/budget/budget.ts';
import type { CommandResult, InterruptReason, RunEnd, RunHandle } from '../../engine/request.ts';
import type { LaunchFailure } from '../launch.ts';

/** Number of rows to start in addition to one per slot, so that a turn is ready whenever a slot is free. */
const AHEAD = 1;
/**
 * Maximum number of running rows. More rows than slots run if slots are idle because rows wait for a pool, a person or
 * a retry.
 */
const MAX_OPEN = 256;

/** How a row ended in this process. */
export type RowEnd =
  | { status: 'finished'; outcome: EventOf<'run.finished'>['outcome'] }
  | { status: 'interrupted'; reason: InterruptReason }
  /** The row could not be started. */
  | { status: 'refused'; failure: LaunchFailure };

export type RowStart = { ok: true; run: RunHandle } | { ok: false; failure: LaunchFailure };

/**
 * One row of a batch: waiting → starting → running → ended. A row that is never started stays `waiting`. A row that had
 * finished before the batch was resumed is `ended` from the beginning.
 */
export interface RowState {
  /** Row number, from 1. */
  readonly row: number;
  /** ID of the row's run. */
  readonly run: string;
  readonly inputs: Readonly<Record<string, string>>;
  /** Number of ended tasks. Not updated while the row runs. */
  done: number;
  status: 'waiting' | 'starting' | 'running' | 'ended';
  /** Null unless the row is running. */
  handle: RunHandle | null;
  end: RowEnd | null;
}

/**
 * Settings for rows that start or resume now. `budgetUsd` is the budget of the whole batch; null if it was not changed.
 */
export interface RowSettings {
  slots: number;
  budgetUsd: number | null;
}

export interface BatchDeps {
  id: string;
  dir: string;
  crew: Crew;
  slots: number;
  rows: RowState[];
  host: SlotHost;
  startedAtMonotonicMs: number;
  /** Amount in US dollars that earlier processes spent. */
  spentUsd: number;
  /** Rate-limit state left by earlier processes, one for each row, in batch time (ms). */
  limitsBefore: readonly LimitsBefore[];
  /** New budget for all rows together, in US dollars; null if unchanged. */
  budgetUsd: number | null;
  /** Starts or resumes the run of a row. */
  start: (row: RowState, settings: RowSettings, share: BatchResources, host: SlotHost) => Promise<RowStart>;
  /** Called after all rows have ended, to release what they shared. */
  closed: () => Promise<void>;
}

/** How a batch ended in this process: all rows ended, or some remain for this reason. */
export type BatchEnd = { status: 'ended' } | { status: 'interrupted'; reason: InterruptReason };

/** A batch owned by this process. Its rows are separate runs that share slots, rate limits and the budget. */
export class Batch {
  readonly id: string;
  readonly dir: string;
  readonly crew: Crew;
  readonly rows: readonly RowState[];
  /** Resolves when everything that was started has been closed; rejects on an unexpected error. */
  readonly done: Promise<BatchEnd>;
  /** Problems of rows outside their tasks, such as a failed write of the history. Each is listed once, for people. */
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
    this.crew = deps.crew;
    this.rows = deps.rows;
    this.#slots = deps.slots;
    this.#spentUsd = deps.spentUsd;
    this.#budgetUsd = deps.budgetUsd;
    this.#broker = new SlotBroker(deps.host, deps.crew, deps.slots, () => this.#fill());
    const clock = () => performance.now() - deps.startedAtMonotonicMs;
    this.#limits = new SharedLimits(deps.slots, limitSettings(deps.crew), clock);
    for (const before of deps.limitsBefore) this.#limits.restore(before);
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get slots(): number {
    return this.#slots;
  }

  /** Cost so far in US dollars. */
  get spentUsd(): number {
    return this.#spentUsd;
  }

  /** Starts the slots and the first rows. */
  begin(): void {
    this.#broker.start();
    this.#fill();
  }

  /** Calls `listener` for each row whose status changed. Returns a function that unsubscribes. */
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

  /** Cancels running rows and starts no others. */
  stop(): void {
    this.#ending ??= 'stop';
    for (const { handle } of this.rows) handle?.stop();
    this.#fill();
  }

  /** Interrupts running rows. The batch can be resumed. */
  interrupt(reason: InterruptReason): void {
    this.#ending ??= reason;
    for (const { handle } of this.rows) handle?.interrupt(reason);
    this.#fill();
  }

  /** Ends the batch because a row ended for a reason that affects all rows. */
  #endAll(reason: InterruptReason): void {
    this.#ending ??= reason;
    // If the budget is used up, each running row ends when its paid calls are answered.
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

  /** Sets the budget of the whole batch in US dollars. */
  async setBudget(usd: number): Promise<CommandResult> {
    if (!(usd > this.#spentUsd)) return { ok: false, message: tooLittle(usd, this.#spentUsd) };
    this.#budgetUsd = usd;
    const results = await Promise.all(this.rows.flatMap(({ handle }) => handle?.setBudget(usd) ?? []));
    // A row that refuses the budget has ended or is about to end.
    return results.find(({ ok }) => ok) ?? results[0] ?? { ok: true };
  }

  /** Starts rows in order while slots can use them. */
  #fill(): void {
    while (this.#ending === null && !this.#paused && this.#hasRoom()) {
      const row = this.rows[this.#next];
      if (!row) break;
      this.#next += 1;
      if (row.status === 'waiting') this.#startRow(row);
    }
    if (this.#open === 0 && (this.#ending !== null || this.#next >= this.rows.length)) void this.#close();
  }

  #hasRoom(): boolean {
    if (this.#open < this.#slots + AHEAD) return true;
    return this.#open < MAX_OPEN && this.#broker.isIdle && this.rows.every(({ status }) => status !== 'starting');
  }

  #startRow(row: RowState): void {
    this.#open += 1;
    this.#change(row, { status: 'starting' });
    this.#runRow(row).catch(this.#reject);
  }

  async #runRow(row: RowState): Promise<void> {
    const { host, slots } = this.#broker.row(row.row, row.run);
    let leaveLimiter: () => void = () => undefined;
    const share: BatchResources = {
      startedAtMonotonicMs: this.#deps.startedAtMonotonicMs,
      slots,
      limits: (one) => {
        const joined = this.#limits.join(one);
        leaveLimiter = joined.leave;
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
    this.#applyChanges(run, settings);
    const known = run.notes.length;
    const end = await run.done;
    for (const note of run.notes.slice(known)) this.notes.add(note);
    leaveLimiter();
    row.done = tasksDone(run.state);
    this.#ended(row, rowEndOf(end));
  }

  /** Applies changes that were made to the batch while the row started. */
  #applyChanges(run: RunHandle, { budgetUsd }: RowSettings): void {
    if (this.#budgetUsd !== null && this.#budgetUsd !== budgetUsd) void run.setBudget(this.#budgetUsd);
    if (this.#ending === 'stop') run.stop();
    else if (this.#ending !== null && this.#ending !== 'budget') run.interrupt(this.#ending);
    else if (this.#paused) run.pause();
    run.setSlots(this.#slots);
  }

  #ended(row: RowState, end: RowEnd): void {
    this.#open -= 1;
    this.#change(row, { status: 'ended', handle: null, end });
    const reason = reasonToEndAll(end);
    if (reason !== null) this.#endAll(reason);
    else this.#fill();
  }

  /** Adds to the amount spent by the whole batch. @returns the new amount in US dollars */
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

/** Counts the ended tasks of a run. */
export function tasksDone({ tasks }: RunState): number {
  let done = 0;
  for (const { index, status } of tasks.values()) if (index >= 0 && status !== 'pending') done += 1;
  return done;
}

function rowEndOf(end: RunEnd): RowEnd {
  return end.status === 'finished' ? end : { status: 'interrupted', reason: end.reason };
}

/** The reason why no other row can continue either; null if only this row is affected, as by a pending review. */
function reasonToEndAll(end: RowEnd): InterruptReason | null {
  if (end.status === 'refused') return end.failure.kind === 'disk' ? 'disk' : null;
  return end.status === 'interrupted' && end.reason !== 'review' ? end.reason : null;
}
