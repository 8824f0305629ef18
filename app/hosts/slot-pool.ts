import type { LocalSlotHost } from '../../shared/slot/local-host.ts';
import type { MeasureProcesses, SpawnSlot } from './child.ts';
import { ProcessSlotHost } from './pool-host.ts';
import { type ExitReason, SlotProcess } from './slot-process.ts';

/**
 * The number of processes that may start at once. More would slow down the window without starting any of them faster.
 */
const STARTING_AT_ONCE = 2;
/** The number of processes that may start at once while no run waits for one. */
const WARMING_AT_ONCE = 1;
/** The time in ms that a process has to end or to forget its run, before it is killed. */
const GRACE_MS = 500;
/** The pause in ms after a process ended before it was ready, multiplied by the number of such ends in a row. */
const FAILED_START_PAUSE_MS = 100;
/** The number of unexpected ends in a row, without a run, after which no process is kept warm. */
const LOST_IN_A_ROW = 3;
/** The lifetime in ms after which the end of a process counts as unrelated to the one before. */
const LASTING_MS = 60_000;
/** The memory above which a process that served a run is not kept for the next run. */
const KEPT_MEMORY_BYTES = 256 * 1024 * 1024;
/** The time in ms without demand after which surplus warm processes end. */
const SURPLUS_MS = 30_000;

export interface SlotPoolOptions {
  /** Called once, when processes end repeatedly before a run could use them. */
  onTrouble?: (detail: string) => void;
  surplusMs?: number;
}

/** A slot of a run that lacks a process. */
interface ProcessRequest {
  readonly host: ProcessSlotHost;
  readonly slot: number;
}

/**
 * The slot processes of one application, which outlive the runs that they serve. Some processes are kept warm before a
 * run needs them. Each run takes one per slot, and returns them when it ends. Slots that lack a process are served in
 * ascending order of their number, across runs. One spare process is kept warm, so that replacing a crashed or killed
 * slot causes no delay. The engine decides what follows from repeated crashes during a run.
 */
export class SlotProcessManager {
  readonly #spawn: SpawnSlot;
  readonly #measure: MeasureProcesses;
  readonly #options: SlotPoolOptions;
  readonly #processes = new Set<SlotProcess>();
  /** The processes that serve no run. */
  readonly #free = new Set<SlotProcess>();
  readonly #hosts = new Set<ProcessSlotHost>();
  #wants: ProcessRequest[] = [];
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

  /**
   * Sets the number of slots that runs will probably need. The pool keeps this number of processes, including those of
   * active runs, and one spare.
   */
  keepWarm(count: number): void {
    this.#warm = count;
    this.#fill();
  }

  /** Returns the number of processes, and how many of them are ready for a run. */
  counts(): { ready: number; all: number } {
    const ready = [...this.#free].filter((process) => process.state === 'ready').length;
    return { ready, all: this.#processes.size };
  }

  /** Creates the slots of one run. `lone`: no other run uses the pool, which ends with this run. */
  host({ lone = false } = {}): LocalSlotHost {
    const leave = (host: ProcessSlotHost, processes: readonly SlotProcess[]) =>
      lone ? this.stop() : this.#leave(host, processes);
    return new ProcessSlotHost({
      measure: this.#measure,
      want: (host, slot) => this.#want(host, slot),
      withdraw: (host, count) => this.#withdraw(host, count),
      leave,
    });
  }

  /** Ends all processes. Resolves when all have ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wants = [];
    if (this.#pause) clearTimeout(this.#pause);
    if (this.#surplus) clearTimeout(this.#surplus);
    for (const process of this.#processes) process.end(GRACE_MS);
    await Promise.all([...this.#processes].map((process) => process.settled()));
  }

  /** Requests a process for a slot of a run, now or as soon as one is available. */
  #want(host: ProcessSlotHost, slot: number): void {
    this.#hosts.add(host);
    this.#wants.push({ host, slot });
    this.#wants.sort((a, b) => a.slot - b.slot);
    this.#fill();
  }

  /** Withdraws the requests of a run for slots above `count`. */
  #withdraw(host: ProcessSlotHost, count: number): void {
    this.#wants = this.#wants.filter((want) => want.host !== host || want.slot <= count);
  }

  /** Releases the processes of a run. Resolves when none of them contains data of the run. */
  async #leave(host: ProcessSlotHost, processes: readonly SlotProcess[]): Promise<void> {
    this.#withdraw(host, 0);
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

  /** Serves the slots that lack a process, then starts warm processes, up to the number that may start at once. */
  #fill(): void {
    if (this.#stopping) return;
    for (let want = this.#wants[0]; want !== undefined; want = this.#wants[0]) {
      const process = this.#best() ?? this.#start(STARTING_AT_ONCE);
      if (process === null) return;
      this.#wants.shift();
      this.#free.delete(process);
      want.host.serve(want.slot, process);
    }
    while (this.#mayWarm() && this.#free.size < this.#targetFree()) if (this.#start(WARMING_AT_ONCE) === null) break;
    this.#scheduleSurplus();
  }

  /** Whether more processes may be warmed: not after repeated losses, nor after a failed start while any run is open. */
  #mayWarm(): boolean {
    return this.#lost < LOST_IN_A_ROW && (this.#failedStarts === 0 || this.#hosts.size === 0);
  }

  /** Returns a free process that is ready, else the one that has been starting longest. */
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

  /** Returns the target number of free processes: the expected demand beyond the running processes, and one spare. */
  #targetFree(): number {
    if (this.#warm === 0 && this.#hosts.size === 0) return 0;
    return Math.max(0, this.#warm - (this.#processes.size - this.#free.size)) + 1;
  }

  #scheduleSurplus(): void {
    const none = this.#free.size <= this.#targetFree();
    if (none && this.#surplus) clearTimeout(this.#surplus);
    if (none) this.#surplus = null;
    else this.#surplus ??= setTimeout(() => this.#endSurplus(), this.#options.surplusMs ?? SURPLUS_MS).unref();
  }

  #endSurplus(): void {
    this.#surplus = null;
    const surplus = [...this.#free].slice(this.#targetFree());
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
