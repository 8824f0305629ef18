import type { SlotAnswer, SlotEvent, SlotOutcome, SlotRequest, TurnKey, TurnSubmission } from './protocol.ts';

/**
 * How the engine knows slots: it cannot tell where they are. A host carries turns and never retries by itself; order,
 * retries, deadlines and the fence (an outcome counts only for the current attempt) are the engine's.
 */
export interface SlotHost {
  /** Slots 1 to `count` will be wanted soon: what takes time is begun. `stop` ends that too. May be left out. */
  prepare(count: number): void;
  /** Makes slots 1 to `count` and reports through `listener` from then on. Called once a run. */
  start(count: number, listener: SlotListener): void;
  /** More slots are started at once; with fewer, the highest numbers end as soon as they are idle. */
  resize(count: number): void;
  /** Hands a turn to an idle, ready slot. The same key again does nothing. */
  submit(slot: number, turn: TurnSubmission): void;
  /** Tells a running turn to stop; a slot that has not within `graceMs` is killed and replaced. May be said twice. */
  cancel(key: TurnKey, graceMs: number): void;
  /** Answers an open request of a running turn. */
  answer(key: TurnKey, request: string, answer: SlotAnswer): void;
  /** Events up to `events`, and the outcome where `outcome` is true, are safely kept: the slot may forget them. */
  acknowledge(key: TurnKey, events: number, outcome: boolean): void;
  /** What became of these turns; their missed events and outcomes are said again through the listener. */
  reconcile(keys: readonly TurnKey[]): Promise<readonly TurnStatus[]>;
  /** Kills a slot's process, which is then replaced (over its memory, or not answering). */
  kill(slot: number, reason: 'memory' | 'timeout'): void;
  /** The run lets go of its slots; resolves when nothing of it is left in a process, or no process is. */
  stop(): Promise<void>;
}

export interface TurnStatus {
  key: TurnKey;
  status: 'outcome' | 'queued' | 'running' | 'unknown';
}

export interface SlotSample {
  slot: number;
  pid: number;
  cpuPercent: number;
  memoryBytes: number;
}

/** What a host tells the engine, in the order in which it happened. */
export interface SlotListener {
  slotStarted(slot: number, pid: number): void;
  /** `ms`: from its start to ready, its model client warm; it may have been so long before the run. */
  slotReady(slot: number, pid: number, ms: number): void;
  slotExited(slot: number, pid: number, reason: 'ended' | 'crash' | 'memory' | 'timeout', detail?: string): void;
  /** Resident size and processor time of each slot, read from outside, once a second. */
  sample(samples: readonly SlotSample[]): void;
  /** Numbered from 1 within the turn; a repeat has been dropped. */
  event(key: TurnKey, number: number, event: SlotEvent): void;
  /** Streamed text; may be lost. */
  text(key: TurnKey, delta: string): void;
  request(key: TurnKey, id: string, request: SlotRequest): void;
  requestCancelled(key: TurnKey, id: string): void;
  /** At least once. A turn whose slot died ends with `crash`. */
  outcome(key: TurnKey, outcome: SlotOutcome): void;
}
