import type { SlotHost, SlotListener } from '../../../shared/slot/host.ts';
import type { TurnSubmission } from '../../../shared/slot/turn-submission.ts';

/** A host without processes: every turn ends immediately. For runs with many tasks, to measure the engine alone. */
export class InstantHost implements SlotHost {
  #listener: SlotListener | null = null;
  acknowledged = 0;
  readonly submitted: TurnSubmission[] = [];

  start(count: number, listener: SlotListener): void {
    this.#listener = listener;
    queueMicrotask(() => {
      for (let slot = 1; slot <= count; slot += 1) {
        listener.slotStarted(slot, `local:${slot}`);
        listener.slotReady(slot, `local:${slot}`, 0);
      }
    });
  }

  submit(_slot: number, turn: TurnSubmission): void {
    const { key } = turn;
    this.submitted.push(turn);
    setImmediate(() => this.#listener?.outcome(key, { status: 'value', text: key.task }));
  }

  acknowledge(): void {
    this.acknowledged += 1;
  }

  prepare(): void {}
  resize(): void {}
  cancel(): void {}
  answer(): void {}
  kill(): void {}
  reconcile = async () => [];
  stop = async () => {};
}
