import type { SlotHost, SlotListener } from '../shared/slot/host.ts';
import type { TurnSubmission } from '../shared/slot/turn-submission.ts';

/**
 * A slot host without processes. It answers every turn immediately with the same text, so that only the engine is
 * measured.
 */
export class AnsweringHost implements SlotHost {
  readonly #text: string;
  #listener: SlotListener | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  start(count: number, listener: SlotListener): void {
    this.#listener = listener;
    queueMicrotask(() => {
      for (let slot = 1; slot <= count; slot += 1) {
        listener.slotStarted(slot, `local:${slot}`);
        listener.slotReady(slot, `local:${slot}`, 0);
      }
    });
  }

  submit(_slot: number, { key }: TurnSubmission): void {
    setImmediate(() => this.#listener?.outcome(key, { status: 'value', text: this.#text }));
  }

  prepare(): void {}
  acknowledge(): void {}
  resize(): void {}
  cancel(): void {}
  answer(): void {}
  kill(): void {}
  reconcile = async () => [];
  stop = async () => {};
}
