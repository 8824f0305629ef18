import type { EventDraft } from '../../shared/run/events.ts';
import type { Decider } from './decider.ts';

/** Node's timers take no more; who is woken too early waits again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** Decisions are made this long at a stretch, so that a run of ten thousand tasks never holds up its process. */
const STRETCH_MS = 8;

export interface LoopDeps {
  decider: Pick<Decider, 'next' | 'wakeAt'>;
  now: () => number;
  /** Nothing is decided any more. */
  isOver: () => boolean;
  carryOut: (decision: EventDraft) => void;
  /** Nothing can be decided now: what comes next is a message of a slot, an answer, or a time. */
  onIdle: () => void;
  /** It was over before everything was decided. */
  ended: () => void;
  /** The next run time of somebody else that waits for one; null: of nobody. */
  alsoWakeAt: (now: number) => number | null;
  /** Such a time has come. */
  woken: (now: number) => void;
}

/** Asks for decisions until there are none, and again when a time comes that something waits for. */
export class DecisionLoop {
  readonly #deps: LoopDeps;
  #pumping = false;
  #wake: NodeJS.Timeout | null = null;
  #later: NodeJS.Immediate | null = null;

  constructor(deps: LoopDeps) {
    this.#deps = deps;
  }

  /** Something waits for a time. */
  get isWaiting(): boolean {
    return this.#wake !== null;
  }

  /** Carries out every decision that can be made now. */
  pump(): void {
    const { decider, now, isOver, carryOut, onIdle: rested, ended } = this.#deps;
    if (this.#pumping || isOver()) return;
    this.#pumping = true;
    const until = performance.now() + STRETCH_MS;
    let decision = decider.next(now());
    while (decision !== null) {
      carryOut(decision);
      if (isOver() || performance.now() > until) break;
      decision = decider.next(now());
    }
    this.#pumping = false;
    if (isOver()) ended();
    else if (decision === null) rested();
    else this.#later ??= setImmediate(() => this.#goOn());
  }

  /** Sets the clock anew: a time that something waits for has come up, or gone. */
  setWake(): void {
    if (this.#wake) clearTimeout(this.#wake);
    this.#wake = null;
    const now = this.#deps.now();
    const times = [this.#deps.decider.wakeAt(), this.#deps.alsoWakeAt(now)].filter((time) => time !== null);
    if (times.length === 0 || this.#deps.isOver()) return;
    // One may have come since decisions were last asked for: nothing else would bring it.
    const ms = Math.max(0, Math.min(...times) - now);
    this.#wake = setTimeout(() => this.#woken(), Math.min(ms, LONGEST_TIMER_MS));
  }

  stop(): void {
    if (this.#wake) clearTimeout(this.#wake);
    if (this.#later) clearImmediate(this.#later);
  }

  #goOn(): void {
    this.#later = null;
    this.pump();
  }

  #woken(): void {
    this.#wake = null;
    this.#deps.woken(this.#deps.now());
    this.pump();
  }
}
