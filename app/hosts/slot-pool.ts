import type { SlotHost } from '../../shared/slot/host.ts';
import type { MeasureProcesses, SpawnSlot } from './child.ts';
import { ProcessSlotHost } from './pool-host.ts';
import { type ExitReason, SlotProcess } from './slot-process.ts';

/** Starting a process is work for the whole machine: more at once would make the window stutter, and none faster. */
const STARTING_AT_ONCE = 2;
/** How many of them may start while no run waits for one. */
const WARMING_AT_ONCE = 1;
/** How long a process that was asked to end or to forget may take, before it is killed. */
const GRACE_MS = 500;
/** After a process that ended before it was ready, the next one waits this long, times their number in a row. */
const FAILED_START_PAUSE_MS = 100;
/** After so many processes in a row that ended by themselves while no run had them, none is kept warm any more. */
const LOST_IN_A_ROW = 3;
/** A process that lasted so long has nothing to do with the one lost before it. */
const LASTING_MS = 60_000;
/** A process that a run has made larger than this is not kept for the next one. */
const KEPT_MEMORY_BYTES = 256 * 1024 * 1024;
/** More warm processes than are to be kept end after this time in which nobody wanted them. */
const SURPLUS_MS = 30_000;

export interface SlotPoolOptions {
  /** Told once, when processes end again and again before any run could use them. */
  onTrouble?: (detail: string) => void;
  surplusMs?: number;
}

/** A slot that a run lacks a process for. */
interface Want {
  readonly host: ProcessSlotHost;
  readonly slot: number;
}

/**
 * The slot processes of one application, which outlive the runs that they serve: some stand warm before a run wants
 * them, each run takes as many as it has slots, and gives them back when it ends. Slots that lack a process are served
 * lowest first, whichever run's they are; one more process than runs need is kept warm, so that replacing a slot that
 * crashed or was killed costs nobody time. That processes fail a run again and again is the engine's to judge.
 */
export class SlotProcessManager {
  readonly #spawn: SpawnSlot;
  readonly #measure: MeasureProcesses;
  readonly #options: SlotPoolOptions;
  readonly #processes = new Set<SlotProcess>();
  /** Those that serve no run. */
  readonly #free = new Set<SlotProcess>();
  readonly #hosts = new Set<ProcessSlotHost>();
  #wants: Want[] = [];
  #warm = 0;
  #failedStarts = 0;
  #lost = 0;
  #pause: NodeJS.Timeout | null = null;
  #surplus: NodeJS.Timeout | null = null;
  #stopping = false;

  constructor(spawn: SpawnSlot, measure: MeasureProcesses, options: SlotPoolOptions = {}) {
    this.#spawn = spawn;
    this.#measure = measure;
    this.#options = options;
  }

  /** How many slots runs are likely to want: as many processes are kept, those of runs that go on included, and a spare. */
  keepWarm(count: number): void {
    this.#warm = count;
    this.#fill();
  }

  /** How many processes there are, and how many of those stand ready for a run. */
  counts(): { ready: number; all: number } {
    const ready = [...this.#free].filter((process) => process.state === 'ready').length;
    return { ready, all: this.#processes.size };
  }

  /** The slots of one run. `lone`: no other run will want the pool, which ends with this one. */
  host({ lone = false } = {}): SlotHost {
    const leave = (host: ProcessSlotHost, processes: readonly SlotProcess[]) =>
      lone ? this.stop() : this.#leave(host, processes);
    return new ProcessSlotHost({
      measure: this.#measure,
      want: (host, slot) => this.#want(host, slot),
      unwant: (host, count) => this.#unwant(host, count),
      leave,
    });
  }

  /** Ends all processes; resolves when none is left. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wants = [];
    if (this.#pause) clearTimeout(this.#pause);
    if (this.#surplus) clearTimeout(this.#surplus);
    for (const process of this.#processes) process.end(GRACE_MS);
    await Promise.all([...this.#processes].map((process) => process.settled()));
  }

  /** A run's slot wants a process, now or as soon as there is one. */
  #want(host: ProcessSlotHost, slot: number): void {
    this.#hosts.add(host);
    this.#wants.push({ host, slot });
    this.#wants.sort((a, b) => a.slot - b.slot);
    this.#fill();
  }

  /** The run has fewer slots now: those above `count` want nothing. */
  #unwant(host: ProcessSlotHost, count: number): void {
    this.#wants = this.#wants.filter((want) => want.host !== host || want.slot <= count);
  }

  /** The run lets go of its processes; resolves when nothing of it is left in any of them. */
  async #leave(host: ProcessSlotHost, processes: readonly SlotProcess[]): Promise<void> {
    this.#unwant(host, 0);
    this.#hosts.delete(host);
    for (const process of processes) this.#takeBack(process);
    this.#fill();
    await Promise.all(processes.map((process) => process.settled()));
    await this.#endLarge(processes.filter((process) => this.#free.has(process)));
  }

  #takeBack(process: SlotProcess): void {
    process.detach();
    if (process.used) this.#lost = 0;
    if (process.busy) process.end(GRACE_MS);
    if (process.state !== 'starting' && process.state !== 'ready') return;
    this.#free.add(process);
    if (process.used) process.forget(GRACE_MS);
  }

  async #endLarge(processes: readonly SlotProcess[]): Promise<void> {
    if (processes.length === 0) return;
    const uses = await this.#measure(processes.flatMap((process) => process.pid ?? []));
    for (const process of processes) {
      const use = process.pid === null ? undefined : uses.get(process.pid);
      if (this.#free.has(process) && use && use.memoryBytes > KEPT_MEMORY_BYTES) this.#end(process);
    }
  }

  #end(process: SlotProcess): void {
    this.#free.delete(process);
    process.end(GRACE_MS);
  }

  /** Serves who lacks a process, then sees to those that are to stand ready, as far as may start at once. */
  #fill(): void {
    if (this.#stopping) return;
    for (let want = this.#wants[0]; want !== undefined; want = this.#wants[0]) {
      const process = this.#best() ?? this.#start(STARTING_AT_ONCE);
      if (process === null) return;
      this.#wants.shift();
      this.#free.delete(process);
      want.host.serve(want.slot, process);
    }
    while (this.#mayWarm() && this.#free.size < this.#toKeep()) if (this.#start(WARMING_AT_ONCE) === null) break;
    this.#seeToSurplus();
  }

  /** What fails while a run needs it is not tried for later runs. */
  #mayWarm(): boolean {
    return this.#lost < LOST_IN_A_ROW && (this.#failedStarts === 0 || this.#hosts.size === 0);
  }

  /** A free process that is ready, else the one that has been starting longest. */
  #best(): SlotProcess | null {
    let starting: SlotProcess | null = null;
    for (const process of this.#free) {
      if (process.state === 'ready') return process;
      if (process.state === 'starting') starting ??= process;
    }
    return starting;
  }

  #start(atOnce: number): SlotProcess | null {
    if (this.#pause || this.#starting() >= atOnce) return null;
    const process = new SlotProcess(this.#spawn(), this.#keeper);
    this.#processes.add(process);
    this.#free.add(process);
    return process;
  }

  #starting(): number {
    let starting = 0;
    for (const process of this.#processes) if (process.state === 'starting') starting += 1;
    return starting;
  }

  /** How many free processes there are to be: what is likely to be wanted beside the running, and one spare. */
  #toKeep(): number {
    if (this.#warm === 0 && this.#hosts.size === 0) return 0;
    return Math.max(0, this.#warm - (this.#processes.size - this.#free.size)) + 1;
  }

  #seeToSurplus(): void {
    const none = this.#free.size <= this.#toKeep();
    if (none && this.#surplus) clearTimeout(this.#surplus);
    if (none) this.#surplus = null;
    else this.#surplus ??= setTimeout(() => this.#endSurplus(), this.#options.surplusMs ?? SURPLUS_MS).unref();
  }

  #endSurplus(): void {
    this.#surplus = null;
    const surplus = [...this.#free].slice(this.#toKeep());
    for (const process of surplus) this.#end(process);
  }

  readonly #keeper = {
    ready: () => {
      this.#failedStarts = 0;
      this.#fill();
    },
    exited: (process: SlotProcess, reason: ExitReason, detail: string) => this.#exited(process, reason, detail),
  };

  #exited(process: SlotProcess, reason: ExitReason, detail: string): void {
    this.#processes.delete(process);
    const free = this.#free.delete(process);
    if (this.#stopping) return;
    if (reason !== 'ended' && process.startMs === 0) this.#failedStarts += 1;
    if (reason !== 'ended' && free) this.#noteLost(process, detail);
    if (this.#failedStarts === 0) this.#fill();
    else this.#fillLater();
  }

  #noteLost(process: SlotProcess, detail: string): void {
    this.#lost = performance.now() - process.spawnedAt < LASTING_MS ? this.#lost + 1 : 1;
    if (this.#lost === LOST_IN_A_ROW) this.#options.onTrouble?.(detail);
  }

  #fillLater(): void {
    this.#pause ??= setTimeout(() => {
      this.#pause = null;
      this.#fill();
    }, FAILED_START_PAUSE_MS * this.#failedStarts);
  }
}
