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
  readonly #pids = new Map<number, number>();
  readonly #starting = new Set<number>();
  #failedStarts = 0;

  constructor(crew: Crew, recorder: Recorder, effects: Effects) {
    this.#crew = crew;
    this.#recorder = recorder;
    this.#effects = effects;
  }

  started({ slot, pid }: InputOf<'slot.started'>): void {
    this.#pids.set(slot, pid);
    this.#starting.add(slot);
    this.#list();
    this.#recorder.emit({ type: 'slot.started', slot, pid });
  }

  ready({ slot, pid, ms }: InputOf<'slot.ready'>): void {
    this.#starting.delete(slot);
    this.#failedStarts = 0;
    this.#recorder.emit({ type: 'slot.ready', slot, pid, ms });
  }

  /** Records an ended process. Returns whether the run must end because too many processes failed to start. */
  exited({ slot, pid, reason, detail }: InputOf<'slot.exited'>): boolean {
    this.#pids.delete(slot);
    this.#list();
    this.#recorder.emit({ type: 'slot.exited', slot, pid, reason, ...(detail === undefined ? {} : { detail }) });
    const neverReady = this.#starting.delete(slot) || pid === 0;
    if (neverReady && reason !== 'ended') this.#failedStarts += 1;
    return this.#failedStarts >= FAILED_STARTS;
  }

  sampled(samples: readonly SlotSample[]): void {
    const limit = this.#crew.settings.slot_memory_mib * MIB;
    const slots = samples.map(({ slot, pid, cpuPercent, memoryBytes }) => ({
      slot,
      pid,
      cpu_percent: cpuPercent,
      memory_bytes: memoryBytes,
    }));
    this.#recorder.emit({ type: 'sample', slots });
    for (const { slot, memoryBytes } of samples) {
      if (memoryBytes > limit) this.#effects.add({ type: 'killSlot', slot, reason: 'memory' });
    }
  }

  #list(): void {
    this.#effects.add({ type: 'listSlots', pids: [...this.#pids.values()] });
  }
}
