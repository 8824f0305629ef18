import type { TurnStatus } from '../../shared/slot/host.ts';
import type {
  SlotEvent,
  SlotOutcome,
  SlotRequest,
  ToSlot,
  TurnKey,
  TurnSubmission,
} from '../../shared/slot/protocol.ts';
import { type FromSlot, fromSlotSchema, turnKeyText } from '../../shared/slot/protocol.ts';
import type { SlotChild } from './child.ts';

export type ExitReason = 'ended' | 'crash' | 'memory' | 'timeout';

/** What one process tells its pool, each with itself. */
export interface ProcessListener {
  started(process: SlotProcess): void;
  ready(process: SlotProcess): void;
  exited(process: SlotProcess, reason: ExitReason, detail: string): void;
  event(key: TurnKey, number: number, event: SlotEvent): void;
  text(key: TurnKey, delta: string): void;
  request(key: TurnKey, id: string, request: SlotRequest): void;
  requestCancelled(key: TurnKey, id: string): void;
  outcome(process: SlotProcess, key: TurnKey, outcome: SlotOutcome): void;
}

/** A turn from its submission until its outcome is acknowledged. */
interface HeldTurn {
  readonly key: TurnKey;
  /** The last event that was passed on. */
  events: number;
  ended: boolean;
  grace: NodeJS.Timeout | null;
}

type Waiter = (turns: readonly TurnStatus[]) => void;

/** One slot process: its messages parsed, its turns kept account of, its end told once. */
export class SlotProcess {
  /** The slot that it serves; null while it is the spare. */
  slot: number | null;
  pid: number | null = null;
  state: 'starting' | 'ready' | 'ending' | 'exited' = 'starting';
  /** From spawn to ready. */
  startMs = 0;
  readonly #child: SlotChild;
  readonly #listener: ProcessListener;
  readonly #spawnedAt = performance.now();
  readonly #turns = new Map<string, HeldTurn>();
  readonly #reconciling = new Map<string, Waiter>();
  #running: HeldTurn | null = null;
  #reason: ExitReason = 'crash';
  #detail: string | null = null;
  #reconciliations = 0;

  constructor(child: SlotChild, slot: number | null, listener: ProcessListener) {
    this.#child = child;
    this.slot = slot;
    this.#listener = listener;
    child.onMessage((message) => this.#receive(message));
    child.onExit((detail) => this.#exit(detail));
    child.onStart((pid) => {
      this.pid = pid;
      listener.started(this);
    });
  }

  /** A turn runs in it. */
  get busy(): boolean {
    return this.#running !== null;
  }

  holds(key: TurnKey): boolean {
    return this.#turns.has(turnKeyText(key));
  }

  submit(turn: TurnSubmission): void {
    if (this.holds(turn.key)) return;
    const held: HeldTurn = { key: turn.key, events: 0, ended: false, grace: null };
    this.#turns.set(turnKeyText(turn.key), held);
    this.#running = held;
    this.send({ type: 'turn', turn });
  }

  cancel(key: TurnKey, graceMs: number): void {
    const turn = this.#turns.get(turnKeyText(key));
    if (!turn || turn.ended) return;
    this.send({ type: 'cancel', key });
    turn.grace ??= setTimeout(() => this.kill('timeout', `did not stop within ${graceMs} ms`), graceMs);
  }

  acknowledge(key: TurnKey, events: number, outcome: boolean): void {
    const text = turnKeyText(key);
    if (!this.#turns.has(text)) return;
    this.send({ type: 'acknowledge', key, events, outcome });
    if (outcome) this.#turns.delete(text);
  }

  /** Asks the process; one that ends meanwhile knows nothing of them. */
  reconcile(keys: readonly TurnKey[]): Promise<readonly TurnStatus[]> {
    this.#reconciliations += 1;
    const id = String(this.#reconciliations);
    return new Promise((resolve) => {
      this.#reconciling.set(id, resolve);
      this.send({ type: 'reconcile', id, keys: [...keys] });
    });
  }

  send(message: ToSlot): void {
    if (this.state !== 'exited') this.#child.send(message);
  }

  /** Asks it to end, and kills it when it has not within `graceMs`. */
  end(graceMs: number): void {
    if (this.state === 'ending' || this.state === 'exited') return;
    this.state = 'ending';
    this.#reason = 'ended';
    this.#child.send({ type: 'end' } satisfies ToSlot);
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
    const parsed = fromSlotSchema.safeParse(raw);
    if (parsed.success) this.#take(parsed.data);
    else this.kill('crash', 'it sent a message that is not of the protocol');
  }

  #take(message: FromSlot): void {
    switch (message.type) {
      case 'ready':
        this.#becomeReady();
        return;
      case 'accepted':
        return;
      case 'event':
        this.#takeEvent(message.key, message.number, message.event);
        return;
      case 'text':
        if (this.#open(message.key)) this.#listener.text(message.key, message.delta);
        return;
      case 'request':
        if (this.#open(message.key)) this.#listener.request(message.key, message.id, message.request);
        return;
      case 'request_cancelled':
        if (this.#open(message.key)) this.#listener.requestCancelled(message.key, message.id);
        return;
      case 'outcome':
        this.#takeOutcome(message.key, message.outcome);
        return;
      case 'reconciled':
        this.#reconciling.get(message.id)?.(message.turns);
        this.#reconciling.delete(message.id);
        return;
      default:
        message satisfies never;
    }
  }

  #becomeReady(): void {
    if (this.state !== 'starting') return;
    this.state = 'ready';
    this.startMs = Math.round(performance.now() - this.#spawnedAt);
    this.#listener.ready(this);
  }

  /** The turn of a message, while its outcome has not been said. */
  #open(key: TurnKey): HeldTurn | null {
    const turn = this.#turns.get(turnKeyText(key));
    return turn && !turn.ended ? turn : null;
  }

  /** Repeats are dropped; after a gap the missing ones come again before this one does. */
  #takeEvent(key: TurnKey, number: number, event: SlotEvent): void {
    const turn = this.#open(key);
    if (!turn || number !== turn.events + 1) return;
    turn.events = number;
    this.#listener.event(key, number, event);
  }

  #takeOutcome(key: TurnKey, outcome: SlotOutcome): void {
    const turn = this.#open(key);
    if (!turn) return;
    this.#close(turn);
    this.#listener.outcome(this, key, outcome);
  }

  #close(turn: HeldTurn): void {
    turn.ended = true;
    if (turn.grace) clearTimeout(turn.grace);
    if (this.#running === turn) this.#running = null;
  }

  /** The end is told before the outcome of its turn, so that nobody hands it another. */
  #exit(detail: string): void {
    if (this.state === 'exited') return;
    this.state = 'exited';
    const text = this.#detail === null ? detail : `${this.#detail} (${detail})`;
    const lost = this.#running;
    if (lost) this.#close(lost);
    this.#listener.exited(this, this.#reason, text);
    if (lost) {
      const reason = this.#reason === 'ended' ? 'crash' : this.#reason;
      this.#listener.outcome(this, lost.key, { status: 'lost', reason, detail: text });
    }
    for (const answer of this.#reconciling.values()) answer([]);
    this.#turns.clear();
  }
}
