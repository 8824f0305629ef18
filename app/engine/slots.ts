import type { Crew } from '../../shared/crew/schema.ts';
import type { SlotSample } from '../../shared/slot/host.ts';
import type { Effects } from './effect.ts';
import type { Input } from './input.ts';
import type { Recorder } from './journal/recorder.ts';

/** The number of consecutive processes that may end before they are ready; then the run is interrupted. */
const FAILED_STARTS = 3;
const MIB = 1024 * 1024;

type InputOf<Type extends Input['type']> = Extract<Input, { type: Type }>;

/** The slot processes of a run. Journals their reports and kills a process that uses too much memory. */
export class Slots {
  readonly #crew: Crew;
  readonly #recorder: Recorder;
  readonly #effects: Effects;
  /** The slots whose process was ready. */
  readonly #ready = new Set<number>();
  #failedStarts = 0;

  constructor(crew: Crew, recorder: Recorder, effects: Effects) {
    this.#crew = crew;
    this.#recorder = recorder;
    this.#effects = effects;
  }

  started({ slot, where }: InputOf<'slot.started'>): void {
    this.#recorder.emit({ type: 'slot.started', slot, where });
  }

  ready({ slot, where, ms }: InputOf<'slot.ready'>): void {
    this.#ready.add(slot);
    this.#failedStarts = 0;
    this.#recorder.emit({ type: 'slot.ready', slot, where, ms });
  }

  /** Records an ended process. Returns whether the run must end because too many processes failed to start. */
  exited({ slot, where, reason, detail }: InputOf<'slot.exited'>): boolean {
    this.#recorder.emit({ type: 'slot.exited', slot, where, reason, ...(detail === undefined ? {} : { detail }) });
    const wasReady = this.#ready.delete(slot);
    if (!wasReady && reason !== 'ended') this.#failedStarts += 1;
    return this.#failedStarts >= FAILED_STARTS;
  }

  sampled(samples: readonly SlotSample[]): void {
    const limit = this.#crew.settings.slot_memory_mib * MIB;
    const slots = samples.map(({ slot, cpuPercent, memoryBytes }) => ({
      slot,
      cpu_percent: cpuPercent,
      memory_bytes: memoryBytes,
    }));
    this.#recorder.emit({ type: 'sample', slots });
    for (const { slot, memoryBytes } of samples) {
      if (memoryBytes > limit) this.#effects.add({ type: 'killSlot', slot, reason: 'memory' });
    }
  }
}
