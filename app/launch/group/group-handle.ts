import type { Values } from '../../../shared/crew/placeholders.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { CommandResult, InterruptReason, RunEnd, RunHandle } from '../../engine/request.ts';
import type { LaunchFailure } from '../prepare-launch.ts';
import type { TaskProgress } from '../task-progress.ts';

/**
 * What a command starts: `run`, one run with slots of its own, or `batch`, one run per row of a file. The rows of a
 * batch share slots, rate limits and the budget, also if the batch has one row.
 */
export type GroupKind = 'run' | 'batch';

/** How a row ended in this process. */
export type RowEnd =
  | RunEnd
  /** The row could not be started. */
  | { status: 'refused'; failure: LaunchFailure };

/** The run of a row while it is in progress. Commands that concern all rows are commands of the group. */
export type RowHandle = Pick<
  RunHandle,
  'id' | 'dir' | 'crew' | 'state' | 'now' | 'subscribe' | 'onText' | 'answerReview' | 'answerQuestion' | 'reviewText'
>;

/**
 * One row of a group: waiting → starting → running → ended. A row that is never started stays `waiting`. A row that had
 * finished before its batch was resumed is `ended` from the beginning.
 */
export interface GroupRow {
  /** Row number, from 1. */
  readonly row: number;
  /** ID of the row's run. A group of kind `run` has the same ID. */
  readonly run: string;
  /** The folder of the row's run. */
  readonly dir: string;
  readonly inputs: Values;
  /** The number of ended tasks, and of all tasks that are known. Not updated while the row runs. Null before it starts. */
  readonly progress: TaskProgress | null;
  readonly status: 'waiting' | 'starting' | 'running' | 'ended';
  /** Null unless the row is running. */
  readonly handle: RowHandle | null;
  readonly end: RowEnd | null;
}

/** How a group ended in this process: all rows ended, or some remain for this reason. */
export type GroupEnd = { status: 'ended' } | { status: 'interrupted'; reason: InterruptReason };

/** A run or a batch that this process owns. */
export interface GroupHandle {
  readonly kind: GroupKind;
  /** ID of the run or batch. */
  readonly id: string;
  readonly dir: string;
  readonly crew: Crew;
  /** Whether no model is called. */
  readonly rehearsal: boolean;
  readonly rows: readonly GroupRow[];
  readonly slots: number;
  /** Cost of all rows so far, in US dollars. */
  readonly spentUsd: number;
  /** The tokens of all rows so far. */
  readonly spentTokens: number;
  /** Problems of rows outside their tasks, such as a failed write of the history. Each is listed once, for people. */
  readonly notes: ReadonlySet<string>;
  /** Calls `listener` for each row whose status changed. Returns a function that unsubscribes. */
  subscribe(listener: (row: GroupRow) => void): () => void;
  /** Starts no more turns. Running turns finish. */
  pause(): void;
  unpause(): void;
  /** Cancels running rows and starts no others. */
  stop(): void;
  /** Interrupts running rows. The group can be resumed. */
  interrupt(reason: InterruptReason): void;
  setSlots(count: number): void;
  /** Sets the budget of all rows together, in US dollars. Refused unless it is larger than the cost so far. */
  setBudget(usd: number): Promise<CommandResult>;
  /** The same for the budget in tokens. Refused unless it is larger than the tokens used so far. */
  setTokenBudget(tokens: number): Promise<CommandResult>;
  /** Resolves when everything that was started has been closed; rejects on an unexpected error. */
  readonly done: Promise<GroupEnd>;
}
