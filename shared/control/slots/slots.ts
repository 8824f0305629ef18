import type { EventDraft } from '../../run/events.ts';
import type { SlotSample } from '../../slot/host.ts';
import type { InputOf } from '../base/input.ts';

/** The number of consecutive processes that may end before they are ready. Then the run is interrupted. */
const FAILED_STARTS = 3;
const MIB = 1024 * 1024;

/** The slots of a run, from the reports of the host. */
export class Slots {
  readonly #ready = new Set<number>();
  #failedStarts = 0;

  /** Whether the number of consecutive failed starts has reached the limit at which the run ends. */
  get keepFailing(): boolean {
    return this.#failedStarts >= FAILED_STARTS;
  }

  ready({ slot }: InputOf<'slot.ready'>): void {
    this.#ready.add(slot);
    this.#failedStarts = 0;
  }

  exited({ slot, reason }: InputOf<'slot.exited'>): void {
    const wasReady = this.#ready.delete(slot);
    if (!wasReady && reason !== 'ended') this.#failedStarts += 1;
  }
}

/** Returns the event that records the measured resources of slots. */
export function sampleOf(samples: readonly SlotSample[]): EventDraft {
  const slots = samples.map(({ slot, cpuPercent, memoryBytes }) => ({
    slot,
    cpu_percent: cpuPercent,
    memory_bytes: memoryBytes,
  }));
  return { type: 'sample', slots };
}

/** Returns the slots whose processes use more memory than the limit. */
export function slotsOver(limitMib: number, samples: readonly SlotSample[]): number[] {
  return samples.filter(({ memoryBytes }) => memoryBytes > limitMib * MIB).map(({ slot }) => slot);
}
