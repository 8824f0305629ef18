import type { SlotHost, SlotListener } from '../../../shared/slot/host.ts';
import type { SlotAnswer } from '../../../shared/slot/slot-request.ts';
import type { TurnKey } from '../../../shared/slot/turn-key.ts';
import type { TurnSubmission } from '../../../shared/slot/turn-submission.ts';

/** A host that a run loses when its process is killed: from `sever` on, calls and reports have no effect. */
export class SeveredHost implements SlotHost {
  readonly #host: SlotHost;
  #isSevered = false;

  constructor(host: SlotHost) {
    this.#host = host;
  }

  /** Ends the slots as the death of their parent process does. */
  sever(): void {
    this.#isSevered = true;
    void this.#host.stop();
  }

  prepare(count: number): void {
    this.#host.prepare(count);
  }

  start(count: number, listener: SlotListener): void {
    this.#host.start(count, listener);
  }

  resize(count: number): void {
    if (!this.#isSevered) this.#host.resize(count);
  }

  submit(slot: number, turn: TurnSubmission): void {
    if (!this.#isSevered) this.#host.submit(slot, turn);
  }

  cancel(key: TurnKey, graceMs: number): void {
    if (!this.#isSevered) this.#host.cancel(key, graceMs);
  }

  answer(key: TurnKey, request: string, answer: SlotAnswer): void {
    if (!this.#isSevered) this.#host.answer(key, request, answer);
  }

  acknowledge(key: TurnKey, events: number, outcome: boolean): void {
    if (!this.#isSevered) this.#host.acknowledge(key, events, outcome);
  }

  kill(slot: number, reason: 'memory' | 'timeout'): void {
    if (!this.#isSevered) this.#host.kill(slot, reason);
  }

  reconcile = async () => [];

  async stop(): Promise<void> {
    if (!this.#isSevered) await this.#host.stop();
  }
}
