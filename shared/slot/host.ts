import type { SlotEvent } from './slot-event.ts';
import type { SlotOutcome } from './slot-outcome.ts';
import type { SlotAnswer, SlotRequest } from './slot-request.ts';
import type { TurnKey } from './turn-key.ts';
import type { TurnSubmission } from './turn-submission.ts';

/**
 * The engine's interface to slots, independent of where they run. A host runs turns and never retries them. The engine
 * is responsible for order, retries, deadlines and the fence (an outcome counts only for the current attempt).
 */
export interface SlotHost {
  /** Starts to prepare slots 1 to `count`, which a run will soon need. Optional. `stop` ends the preparation too. */
  prepare(count: number): void;
  /** Creates slots 1 to `count` and reports to `listener` from then on. Called once per run. */
  start(count: number, listener: SlotListener): void;
  /**
   * Changes the number of slots. New slots start at once; surplus slots, those with the highest numbers, end when they
   * are idle.
   */
  resize(count: number): void;
  /** Sends a turn to an idle, ready slot. A repeated key has no effect. */
  submit(slot: number, turn: TurnSubmission): void;
  /**
   * Cancels a running turn. If it has not ended within `graceMs`, the slot process is killed and replaced. Can be
   * repeated.
   */
  cancel(key: TurnKey, graceMs: number): void;
  /** Answers an open request of a running turn. */
  answer(key: TurnKey, request: string, answer: SlotAnswer): void;
  /** Events up to `events`, and the outcome if `outcome` is true, are flushed: the slot may forget them. */
  acknowledge(key: TurnKey, events: number, outcome: boolean): void;
  /** Returns the status of these turns. Their missed events and outcomes are reported to the listener again. */
  reconcile(keys: readonly TurnKey[]): Promise<readonly TurnStatus[]>;
  /** Kills a slot process that exceeds its memory or does not answer. It is replaced. */
  kill(slot: number, reason: 'memory' | 'timeout'): void;
  /** Releases the run's slots. Resolves when no process contains data of the run. */
  stop(): Promise<void>;
}

export interface TurnStatus {
  key: TurnKey;
  status: 'outcome' | 'queued' | 'running' | 'unknown';
}

export interface SlotSample {
  slot: number;
  cpuPercent: number;
  memoryBytes: number;
}

/** Receives the reports of a host, in the order in which they happened. */
export interface SlotListener {
  /** `where`: an opaque text that names the machine and distinguishes its processes, such as `local:kbzqtf`. */
  slotStarted(slot: number, where: string): void;
  /**
   * `ms`: the time from the process's start until it was ready, with its model client warm. It may have started before
   * the run.
   */
  slotReady(slot: number, where: string, ms: number): void;
  slotExited(slot: number, where: string, reason: 'ended' | 'crash' | 'memory' | 'timeout', detail?: string): void;
  /** Resident size and processor time of each slot, measured from outside, once per second. */
  sample(samples: readonly SlotSample[]): void;
  /** Receives an event, numbered from 1 within the turn. The host drops repeats. */
  event(key: TurnKey, number: number, event: SlotEvent): void;
  /** Receives streamed text, which may be lost. */
  text(key: TurnKey, delta: string): void;
  request(key: TurnKey, id: string, request: SlotRequest): void;
  requestCancelled(key: TurnKey, id: string): void;
  /** Receives the outcome, at least once. The turn of a slot process that ended has the outcome `lost`. */
  outcome(key: TurnKey, outcome: SlotOutcome): void;
}
