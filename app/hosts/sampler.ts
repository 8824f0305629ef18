import type { SlotSample } from '../../shared/slot/host.ts';
import type { MeasureProcesses } from './child.ts';

const INTERVAL_MS = 1000;

interface MeasuredProcess {
  readonly slot: number | null;
  readonly pid: number | null;
}

/**
 * Measures the resource usage of slots from outside, once per second. Processor time counts from one sample to the
 * next.
 */
export class Sampler {
  readonly #measure: MeasureProcesses;
  readonly #before = new Map<number, { at: number; cpuMs: number }>();
  #timer: NodeJS.Timeout | null = null;
  #reading = false;

  constructor(measure: MeasureProcesses) {
    this.#measure = measure;
  }

  start(processes: () => readonly MeasuredProcess[], onSamples: (samples: readonly SlotSample[]) => void): void {
    this.#timer = setInterval(() => void this.#read(processes(), onSamples), INTERVAL_MS);
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #read(
    processes: readonly MeasuredProcess[],
    onSamples: (samples: readonly SlotSample[]) => void,
  ): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    const uses = await this.#measure(processes.flatMap((process) => process.pid ?? []));
    this.#reading = false;
    if (!this.#timer) return;
    const samples: SlotSample[] = [];
    for (const { slot, pid } of processes) {
      const use = pid === null ? undefined : uses.get(pid);
      if (slot === null || pid === null || use === undefined) continue;
      samples.push({ slot, cpuPercent: this.#percent(pid, use.cpuMs), memoryBytes: use.memoryBytes });
    }
    if (samples.length > 0) onSamples(samples);
  }

  /** Returns the share of one core since the last sample of this process; 0 for the first sample. */
  #percent(pid: number, cpuMs: number): number {
    const at = performance.now();
    const before = this.#before.get(pid);
    this.#before.set(pid, { at, cpuMs });
    if (!before || at <= before.at) return 0;
    return Math.max(0, Math.round(((cpuMs - before.cpuMs) / (at - before.at)) * 1000) / 10);
  }
}
