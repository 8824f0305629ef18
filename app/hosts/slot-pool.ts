import type { SlotHost, SlotListener, TurnStatus } from '../../shared/slot/host.ts';
import type { SlotAnswer, TurnKey, TurnSubmission } from '../../shared/slot/protocol.ts';
import type { MeasureProcesses, SpawnSlot } from './child.ts';
import { Sampler } from './sampler.ts';
import { type ExitReason, type ProcessListener, SlotProcess } from './slot-process.ts';

/** Starting a process is work for the whole machine: more at once would make the window stutter, and none faster. */
const STARTING_AT_ONCE = 2;
/** How long a process that was asked to end may take, before it is killed. */
const END_GRACE_MS = 500;
/** After a process that ended before it was ready, the next one waits this long, times their number in a row. */
const FAILED_START_PAUSE_MS = 100;

/**
 * Slots as processes of this machine, behind the engine's `SlotHost`: started in order, two at a time, with one spare
 * kept warm, so that replacing a slot that crashed or was killed costs nobody time. A process that ends before it is
 * ready is followed by another after a pause; that it happens again and again is the engine's to judge.
 */
export class SlotPool implements SlotHost {
  readonly #spawn: SpawnSlot;
  readonly #sampler: Sampler;
  readonly #processes = new Set<SlotProcess>();
  /** The process of each slot. */
  readonly #lanes = new Map<number, SlotProcess>();
  #listener: SlotListener | null = null;
  #spare: SlotProcess | null = null;
  #count = 0;
  #failedStarts = 0;
  #pause: NodeJS.Timeout | null = null;
  #stopping = false;
  #stopped: (() => void) | null = null;

  constructor(spawn: SpawnSlot, measure: MeasureProcesses) {
    this.#spawn = spawn;
    this.#sampler = new Sampler(measure);
  }

  start(count: number, listener: SlotListener): void {
    this.#listener = listener;
    this.#count = count;
    this.#sampler.start(
      () => [...this.#lanes.values()],
      (samples) => listener.sample(samples),
    );
    this.#fill();
  }

  resize(count: number): void {
    this.#count = count;
    for (const [slot, process] of this.#lanes) {
      if (slot > count && !process.busy) process.end(END_GRACE_MS);
    }
    this.#fill();
  }

  submit(slot: number, turn: TurnSubmission): void {
    const process = this.#lanes.get(slot);
    if (process?.state === 'ready') {
      process.submit(turn);
      return;
    }
    const detail = `slot ${slot} ended before it could take the turn`;
    queueMicrotask(() => this.#listener?.outcome(turn.key, { status: 'lost', reason: 'crash', detail }));
  }

  cancel(key: TurnKey, graceMs: number): void {
    this.#holder(key)?.cancel(key, graceMs);
  }

  answer(key: TurnKey, request: string, answer: SlotAnswer): void {
    this.#holder(key)?.send({ type: 'answer', key, request, answer });
  }

  acknowledge(key: TurnKey, events: number, outcome: boolean): void {
    this.#holder(key)?.acknowledge(key, events, outcome);
  }

  async reconcile(keys: readonly TurnKey[]): Promise<readonly TurnStatus[]> {
    const statuses = keys.map(async (key): Promise<TurnStatus> => {
      const told = await this.#holder(key)?.reconcile([key]);
      return { key, status: told?.[0]?.status ?? 'unknown' };
    });
    return Promise.all(statuses);
  }

  kill(slot: number, reason: 'memory' | 'timeout'): void {
    const detail = reason === 'memory' ? 'over its memory limit' : 'not answering';
    this.#lanes.get(slot)?.kill(reason, detail);
  }

  stop(): Promise<void> {
    this.#stopping = true;
    this.#sampler.stop();
    if (this.#pause) clearTimeout(this.#pause);
    for (const process of this.#processes) process.end(END_GRACE_MS);
    return new Promise((resolve) => {
      this.#stopped = resolve;
      this.#settle();
    });
  }

  #settle(): void {
    if (this.#processes.size === 0) this.#stopped?.();
  }

  #holder(key: TurnKey): SlotProcess | undefined {
    for (const process of this.#processes) if (process.holds(key)) return process;
    return undefined;
  }

  /** Starts what is missing, the lowest slot first and the spare last, as far as may start at once. */
  #fill(): void {
    if (this.#stopping || this.#pause) return;
    for (let starting = this.#starting(); starting < STARTING_AT_ONCE; starting += 1) {
      const slot = this.#missingSlot();
      if (slot !== null) this.#serve(slot);
      else if (!this.#spare && this.#failedStarts === 0) this.#spare = this.#make(null);
      else return;
    }
  }

  #starting(): number {
    let starting = 0;
    for (const process of this.#processes) if (process.state === 'starting') starting += 1;
    return starting;
  }

  #missingSlot(): number | null {
    for (let slot = 1; slot <= this.#count; slot += 1) if (!this.#lanes.has(slot)) return slot;
    return null;
  }

  /** Gives a slot the spare, or else a new process. */
  #serve(slot: number): void {
    const spare = this.#spare;
    this.#spare = null;
    if (!spare) {
      this.#lanes.set(slot, this.#make(slot));
      return;
    }
    spare.slot = slot;
    this.#lanes.set(slot, spare);
    if (spare.pid === null) return;
    this.#listener?.slotStarted(slot, spare.pid);
    if (spare.state === 'ready') this.#listener?.slotReady(slot, spare.pid, spare.startMs);
  }

  #make(slot: number | null): SlotProcess {
    const process = new SlotProcess(this.#spawn(), slot, this.#toldBy);
    this.#processes.add(process);
    return process;
  }

  readonly #toldBy: ProcessListener = {
    started: (process) => {
      if (process.slot !== null && process.pid !== null) this.#listener?.slotStarted(process.slot, process.pid);
    },
    ready: (process) => {
      this.#failedStarts = 0;
      if (process.slot !== null && process.pid !== null) {
        this.#listener?.slotReady(process.slot, process.pid, process.startMs);
      }
      this.#retire(process);
      this.#fill();
    },
    exited: (process, reason, detail) => this.#exited(process, reason, detail),
    event: (key, number, event) => this.#listener?.event(key, number, event),
    text: (key, delta) => this.#listener?.text(key, delta),
    request: (key, id, request) => this.#listener?.request(key, id, request),
    requestCancelled: (key, id) => this.#listener?.requestCancelled(key, id),
    outcome: (process, key, outcome) => {
      this.#listener?.outcome(key, outcome);
      this.#retire(process);
    },
  };

  /** A slot that is no longer wanted ends as soon as nothing runs in it. */
  #retire(process: SlotProcess): void {
    if (process.slot !== null && process.slot > this.#count && !process.busy) process.end(END_GRACE_MS);
  }

  #exited(process: SlotProcess, reason: ExitReason, detail: string): void {
    this.#processes.delete(process);
    if (this.#spare === process) this.#spare = null;
    if (process.slot !== null && this.#lanes.get(process.slot) === process) {
      this.#lanes.delete(process.slot);
      this.#listener?.slotExited(process.slot, process.pid ?? 0, reason, detail);
    }
    if (process.startMs === 0 && reason !== 'ended') this.#failedStarts += 1;
    this.#settle();
    if (this.#stopping) return;
    if (this.#failedStarts === 0) this.#fill();
    else this.#fillLater();
  }

  #fillLater(): void {
    this.#pause ??= setTimeout(() => {
      this.#pause = null;
      this.#fill();
    }, FAILED_START_PAUSE_MS * this.#failedStarts);
  }
}
