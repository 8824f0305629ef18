import type { TurnStatus } from '../../shared/slot/host.ts';
import type { Provided, ToSlot } from '../../shared/slot/protocol.ts';
import { type FromSlot, fromSlotSchema } from '../../shared/slot/protocol.ts';
import type { SlotEvent } from '../../shared/slot/slot-event.ts';
import type { SlotOutcome } from '../../shared/slot/slot-outcome.ts';
import type { SlotRequest } from '../../shared/slot/slot-request.ts';
import type { TurnKey } from '../../shared/slot/turn-key.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import type { SlotChild } from './child.ts';
import { SubmittedTurns } from './held-turns.ts';
import { newWhere } from './new-where.ts';
import { Outbox } from './outbox.ts';

export type ExitReason = 'ended' | 'crash' | 'memory' | 'timeout';

/** Observes the life of processes, for the pool that starts and counts them. */
export interface ProcessKeeper {
  /** The process can run turns: for the first time, or again after it has forgotten a run. */
  ready(process: SlotProcess): void;
  exited(process: SlotProcess, reason: ExitReason, detail: string): void;
}

/** Observes the life and the turns of a process, for the run that it serves. */
export interface ProcessUser extends ProcessKeeper {
  started(process: SlotProcess): void;
  event(key: TurnKey, number: number, event: SlotEvent): void;
  text(key: TurnKey, delta: string): void;
  request(key: TurnKey, id: string, request: SlotRequest): void;
  requestCancelled(key: TurnKey, id: string): void;
  outcome(process: SlotProcess, key: TurnKey, outcome: SlotOutcome): void;
}

const fromSlotListSchema = fromSlotSchema.array();

type Waiter = (turns: readonly TurnStatus[]) => void;

/**
 * One slot process. It parses messages, tracks turns and reports its end once. It serves one run at a time:
 *
 *     starting → ready → forgetting → ready → …     and from each: ending → exited
 */
export class SlotProcess {
  readonly where = newWhere();
  pid: number | null = null;
  state: 'starting' | 'ready' | 'forgetting' | 'ending' | 'exited' = 'starting';
  /** From spawn to ready. */
  startMs = 0;
  /** Whether the process was given a turn since it started or last forgot a run: it may contain keys. */
  used = false;
  readonly spawnedAt = performance.now();
  readonly #child: SlotChild;
  readonly #keeper: ProcessKeeper;
  readonly #outbox: Outbox;
  readonly #turns = new SubmittedTurns();
  /** What the process was provided, by run. */
  readonly #provided = new Map<string, Provided>();
  readonly #reconciling = new Map<string, Waiter>();
  readonly #untilSettled = new Set<() => void>();
  #slot: number | null = null;
  #user: ProcessUser | null = null;
  #reason: ExitReason = 'crash';
  #detail: string | null = null;
  #reconciliations = 0;

  constructor(child: SlotChild, keeper: ProcessKeeper) {
    this.#child = child;
    this.#keeper = keeper;
    this.#outbox = new Outbox((messages) => child.send(messages));
    child.onMessage((message) => this.#receive(message));
    child.onExit((detail) => this.#exit(detail));
    child.onStart((pid) => {
      this.pid = pid;
      this.#user?.started(this);
    });
  }

  /** The number of the slot that the process serves in a run; null while it serves no run. */
  get slot(): number | null {
    return this.#slot;
  }

  /** Whether a turn runs in the process. */
  get busy(): boolean {
    return this.#turns.isRunning;
  }

  /** Assigns the process to this slot of a run. */
  serve(slot: number, user: ProcessUser): void {
    this.#slot = slot;
    this.#user = user;
  }

  /** Releases the process from its run and ignores later messages about the turns of that run. */
  detach(): void {
    this.#slot = null;
    this.#user = null;
  }

  holds(key: TurnKey): boolean {
    return this.#turns.has(key);
  }

  /** Whether the process was given the workspace and the keys of a run. */
  isProvided(run: string): boolean {
    return this.#provided.has(run);
  }

  /** Gives the process the workspace and the keys of a run, unless it has them. */
  provide(run: string, provided: Provided): void {
    if (this.#provided.get(run) === provided) return;
    this.#provided.set(run, provided);
    this.used = true;
    this.send({ type: 'provide', run, provided });
  }

  /** Makes the process remove what it was provided for a run. */
  withdraw(run: string): void {
    if (this.#provided.delete(run)) this.send({ type: 'withdraw', run });
  }

  submit(turn: TurnSubmission): void {
    if (this.holds(turn.key)) return;
    this.#turns.begin(turn.key);
    this.used = true;
    this.send({ type: 'turn', turn });
  }

  cancel(key: TurnKey, graceMs: number): void {
    if (!this.#turns.isOpen(key)) return;
    this.send({ type: 'cancel', key });
    this.#turns.limit(key, graceMs, () => this.kill('timeout', `did not stop within ${graceMs} ms`));
  }

  acknowledge(key: TurnKey, events: number, outcome: boolean): void {
    if (!this.holds(key)) return;
    this.#outbox.sendLater({ type: 'acknowledge', key, events, outcome });
    if (outcome) this.#turns.drop(key);
  }

  /** Requests the outcomes from the process. A process that ends before it answers knows none of them. */
  reconcile(keys: readonly TurnKey[]): Promise<readonly TurnStatus[]> {
    this.#reconciliations += 1;
    const id = String(this.#reconciliations);
    return new Promise((resolve) => {
      this.#reconciling.set(id, resolve);
      this.send({ type: 'reconcile', id, keys: [...keys] });
    });
  }

  send(message: ToSlot): void {
    this.#outbox.send(message);
  }

  /** Makes the process drop all data of a run, including keys. Kills it if it has not done so within `graceMs`. */
  forget(graceMs: number): void {
    this.state = 'forgetting';
    this.#turns.clear();
    this.#provided.clear();
    this.send({ type: 'forget' });
    setTimeout(() => {
      if (this.state === 'forgetting') this.kill('ended', `did not forget its run within ${graceMs} ms`);
    }, graceMs).unref();
  }

  /** Resolves when the process contains no data of the run that it served: it has forgotten the run, or has ended. */
  settled(): Promise<void> {
    if (this.state !== 'forgetting' && this.state !== 'ending') return Promise.resolve();
    return new Promise((resolve) => this.#untilSettled.add(resolve));
  }

  /**
   * Asks the process to end, and kills it if it has not ended within `graceMs`. A process that is still starting has no
   * turn to finish and cannot read the request yet, so it is killed at once.
   */
  end(graceMs: number): void {
    if (this.state === 'ending' || this.state === 'exited') return;
    const isStarting = this.state === 'starting';
    this.state = 'ending';
    this.#reason = 'ended';
    if (isStarting) this.#killChild();
    else this.send({ type: 'end' });
    setTimeout(() => this.#killChild(), graceMs).unref();
  }

  kill(reason: ExitReason, detail: string): void {
    if (this.state === 'exited') return;
    if (this.state !== 'ending') this.#reason = reason;
    this.#detail = detail;
    this.#child.kill();
  }

  #killChild(): void {
    if (this.state !== 'exited') this.#child.kill();
  }

  #receive(raw: unknown): void {
    if (this.state === 'exited') return;
    const parsed = fromSlotListSchema.safeParse(raw);
    if (parsed.success) for (const message of parsed.data) this.#take(message);
    else this.kill('crash', 'it sent a message that violates the protocol');
  }

  #take(message: FromSlot): void {
    switch (message.type) {
      case 'ready':
        if (this.state === 'starting') this.#becomeReady(Math.round(performance.now() - this.spawnedAt));
        return;
      case 'forgotten':
        if (this.state === 'forgetting') this.#becomeReady(this.startMs);
        return;
      case 'event':
        if (this.#turns.takeEvent(message.key, message.number)) {
          this.#user?.event(message.key, message.number, message.event);
        }
        return;
      case 'text':
        if (this.#turns.isOpen(message.key)) this.#user?.text(message.key, message.delta);
        return;
      case 'request':
        if (this.#turns.isOpen(message.key)) this.#user?.request(message.key, message.id, message.request);
        return;
      case 'request_cancelled':
        if (this.#turns.isOpen(message.key)) this.#user?.requestCancelled(message.key, message.id);
        return;
      case 'outcome':
        if (this.#turns.end(message.key)) this.#user?.outcome(this, message.key, message.outcome);
        return;
      case 'reconciled':
        this.#reconciling.get(message.id)?.(message.turns);
        this.#reconciling.delete(message.id);
        return;
      default:
        message satisfies never;
    }
  }

  #becomeReady(startMs: number): void {
    this.state = 'ready';
    this.startMs = startMs;
    this.used = false;
    this.#settle();
    this.#user?.ready(this);
    this.#keeper.ready(this);
  }

  #settle(): void {
    for (const settled of this.#untilSettled) settled();
    this.#untilSettled.clear();
  }

  /** Reports the end before the outcome of its turn, so that no other turn is dispatched to this process. */
  #exit(detail: string): void {
    if (this.state === 'exited') return;
    this.state = 'exited';
    const text = this.#detail === null ? detail : `${this.#detail} (${detail})`;
    const user = this.#user;
    const lost = this.#turns.endRunning();
    this.#outbox.close();
    this.#settle();
    this.#keeper.exited(this, this.#reason, text);
    user?.exited(this, this.#reason, text);
    if (lost) {
      const reason = this.#reason === 'ended' ? 'crash' : this.#reason;
      user?.outcome(this, lost, { status: 'lost', reason, detail: text });
    }
    for (const answer of this.#reconciling.values()) answer([]);
    this.#turns.clear();
    this.#provided.clear();
  }
}
