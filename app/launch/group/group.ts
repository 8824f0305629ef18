import { tooFewTokens, tooLittle } from '../../../shared/control/budget/budget.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { CommandResult, InterruptReason, RunHandle } from '../../engine/request.ts';
import type { LaunchFailure } from '../prepare-launch.ts';
import { type TaskProgress, taskProgress } from '../task-progress.ts';
import type { GroupEnd, GroupHandle, GroupKind, GroupRow, RowEnd } from './group-handle.ts';
import type { GroupResources, RowResources } from './group-resources.ts';

/** Number of rows to start in addition to one per slot, so that a turn is ready whenever a slot is free. */
const AHEAD = 1;
/**
 * Maximum number of running rows. More rows than slots run if slots are idle because rows wait for a pool, a person or
 * a retry.
 */
const MAX_OPEN = 256;

export type RowStart = { ok: true; run: RunHandle } | { ok: false; failure: LaunchFailure };

/** A row as its group changes it. */
export interface RowState extends GroupRow {
  progress: TaskProgress | null;
  status: GroupRow['status'];
  handle: RunHandle | null;
  end: RowEnd | null;
}

/** Returns a row that waits to be started. */
export function waitingRow({ row, run, dir, inputs }: Pick<GroupRow, 'row' | 'run' | 'dir' | 'inputs'>): RowState {
  return { row, run, dir, inputs, progress: null, status: 'waiting', handle: null, end: null };
}

/**
 * Settings for rows that start or resume now. `budgetUsd` and `budgetTokens` are the budgets of all rows together; null
 * if they were not changed.
 */
export interface RowSettings {
  slots: number;
  budgetUsd: number | null;
  budgetTokens: number | null;
}

export interface GroupDeps {
  kind: GroupKind;
  id: string;
  dir: string;
  crew: Crew;
  rehearsal: boolean;
  slots: number;
  rows: RowState[];
  /** Creates the resources of the rows. `onIdle` is to be called when a slot may have become idle. */
  resources: (onIdle: () => void) => GroupResources;
  /** New budget for all rows together, in US dollars; null if unchanged. */
  budgetUsd: number | null;
  /** The same in tokens. */
  budgetTokens: number | null;
  /** Starts or resumes the run of a row. */
  start: (row: RowState, settings: RowSettings, resources: RowResources) => Promise<RowStart>;
  /** Called after all rows have ended, to release what they used together. */
  closed: () => Promise<void>;
}

/**
 * A run or a batch owned by this process. Each row is a run with its own journal, so that it can be viewed, resumed and
 * compared alone.
 */
export class Group implements GroupHandle {
  readonly kind: GroupKind;
  readonly id: string;
  readonly dir: string;
  readonly crew: Crew;
  readonly rehearsal: boolean;
  readonly rows: readonly RowState[];
  readonly done: Promise<GroupEnd>;
  readonly notes = new Set<string>();
  readonly #deps: GroupDeps;
  readonly #resources: GroupResources;
  readonly #listeners = new Set<(row: GroupRow) => void>();
  #slots: number;
  #budgetUsd: number | null;
  #budgetTokens: number | null;
  #next = 0;
  #open = 0;
  #paused = false;
  #ending: 'stop' | InterruptReason | null = null;
  #closing = false;
  #resolve: (end: GroupEnd) => void = () => undefined;
  #reject: (error: unknown) => void = () => undefined;

  constructor(deps: GroupDeps) {
    this.#deps = deps;
    this.kind = deps.kind;
    this.id = deps.id;
    this.dir = deps.dir;
    this.crew = deps.crew;
    this.rehearsal = deps.rehearsal;
    this.rows = deps.rows;
    this.#slots = deps.slots;
    this.#budgetUsd = deps.budgetUsd;
    this.#budgetTokens = deps.budgetTokens;
    this.#resources = deps.resources(() => this.#fill());
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get slots(): number {
    return this.#slots;
  }

  get spentTokens(): number {
    return this.#resources.spentTokens(this.rows.flatMap(({ handle }) => (handle ? [handle.state] : [])));
  }

  get spentUsd(): number {
    return this.#resources.spentUsd(this.rows.flatMap(({ handle }) => (handle ? [handle.state] : [])));
  }

  /** Starts the slots and the first rows. */
  begin(): void {
    this.#resources.start();
    this.#fill();
  }

  subscribe(listener: (row: GroupRow) => void): () => void {
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

  stop(): void {
    this.#ending ??= 'stop';
    for (const { handle } of this.rows) handle?.stop();
    this.#fill();
  }

  interrupt(reason: InterruptReason): void {
    this.#ending ??= reason;
    for (const { handle } of this.rows) handle?.interrupt(reason);
    this.#fill();
  }

  /** Ends the group because a row ended for a reason that affects all rows. */
  #endAll(reason: InterruptReason): void {
    this.#ending ??= reason;
    // If the budget is used up, each running row ends when its paid calls are answered.
    if (reason === 'budget') this.#fill();
    else this.interrupt(reason);
  }

  setSlots(count: number): void {
    this.#slots = count;
    this.#resources.setSlots(count);
    for (const { handle } of this.rows) handle?.setSlots(count);
    this.#fill();
  }

  async setBudget(usd: number): Promise<CommandResult> {
    if (!(usd > this.spentUsd)) return { ok: false, message: tooLittle(usd, this.spentUsd) };
    this.#budgetUsd = usd;
    const results = await Promise.all(this.rows.flatMap(({ handle }) => handle?.setBudget(usd) ?? []));
    // A row that refuses the budget has ended or is about to end.
    return results.find(({ ok }) => ok) ?? results[0] ?? { ok: true };
  }

  async setTokenBudget(tokens: number): Promise<CommandResult> {
    if (!(tokens > this.spentTokens)) return { ok: false, message: tooFewTokens(tokens, this.spentTokens) };
    this.#budgetTokens = tokens;
    const results = await Promise.all(this.rows.flatMap(({ handle }) => handle?.setTokenBudget(tokens) ?? []));
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
    return this.#open < MAX_OPEN && this.#resources.isIdle && this.rows.every(({ status }) => status !== 'starting');
  }

  #startRow(row: RowState): void {
    this.#open += 1;
    this.#change(row, { status: 'starting' });
    this.#runRow(row).catch(this.#reject);
  }

  async #runRow(row: RowState): Promise<void> {
    const resources = this.#resources.join(row.row, row.run);
    const settings = { slots: this.#slots, budgetUsd: this.#budgetUsd, budgetTokens: this.#budgetTokens };
    const started = await this.#deps.start(row, settings, resources);
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
    resources.leave();
    row.progress = taskProgress(run.state);
    this.#ended(row, end);
  }

  /** Applies commands that were given while the row started. */
  #applyChanges(run: RunHandle, { budgetUsd, budgetTokens }: RowSettings): void {
    if (this.#budgetUsd !== null && this.#budgetUsd !== budgetUsd) void run.setBudget(this.#budgetUsd);
    if (this.#budgetTokens !== null && this.#budgetTokens !== budgetTokens) void run.setTokenBudget(this.#budgetTokens);
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

  #change(row: RowState, change: Partial<RowState>): void {
    Object.assign(row, change);
    for (const listener of this.#listeners) listener(row);
  }

  async #close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    try {
      await this.#resources.end();
      await this.#deps.closed();
      this.#resolve(this.#end());
    } catch (error) {
      this.#reject(error);
    }
  }

  #end(): GroupEnd {
    if (this.#ending !== null && this.#ending !== 'stop') return { status: 'interrupted', reason: this.#ending };
    const open = this.rows.find(({ end }) => end?.status === 'interrupted')?.end;
    return open?.status === 'interrupted' ? { status: 'interrupted', reason: open.reason } : { status: 'ended' };
  }
}

/** The reason why no other row can continue either; null if only this row is affected, as by a pending review. */
function reasonToEndAll(end: RowEnd): InterruptReason | null {
  if (end.status === 'refused') return end.failure.kind === 'disk' ? 'disk' : null;
  return end.status === 'interrupted' && end.reason !== 'review' ? end.reason : null;
}
