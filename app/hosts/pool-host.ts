import type { SlotListener, TurnStatus } from '../../shared/slot/host.ts';
import type { LocalSlotHost } from '../../shared/slot/local-host.ts';
import type { Provided } from '../../shared/slot/protocol.ts';
import type { SlotAnswer } from '../../shared/slot/slot-request.ts';
import type { TurnKey } from '../../shared/slot/turn-key.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';
import type { MeasureProcesses } from './child.ts';
import { Sampler } from './sampler.ts';
import type { ProcessUser, SlotProcess } from './slot-process.ts';

/** The time in ms that a slot that is no longer needed has to end, before it is killed. */
const END_GRACE_MS = 500;

/** The part of a process pool that the slots of a run use. */
export interface ProcessSource {
  measure: MeasureProcesses;
  /** Requests a process for a slot: `serve` is called now, or as soon as a process is available. */
  want(host: ProcessSlotHost, slot: number): void;
  /** Withdraws the requests of slots above `count`. */
  withdraw(host: ProcessSlotHost, count: number): void;
  /** Ends the run. Resolves when no data of the run is left in `processes`. */
  leave(host: ProcessSlotHost, processes: readonly SlotProcess[]): Promise<void>;
}

/**
 * The slots of one run, as the host of the engine. Each slot uses a process of the pool, and gets another when
 * that ends.
 */
export class ProcessSlotHost implements LocalSlotHost {
  readonly #source: ProcessSource;
  readonly #sampler: Sampler;
  /** The process of each slot. */
  readonly #processBySlot = new Map<number, SlotProcess>();
  /** Processes that were asked to end and have not ended yet. They belong to no slot. */
  readonly #ending = new Set<SlotProcess>();
  readonly #watchers = new Set<(pids: readonly number[]) => void>();
  /** What slots get for each run. */
  readonly #provided = new Map<string, Provided>();
  #listener: SlotListener | null = null;
  #count = 0;
  #stopping = false;

  constructor(source: ProcessSource) {
    this.#source = source;
    this.#sampler = new Sampler(source.measure);
  }

  prepare(count: number): void {
    const from = this.#count;
    this.#count = count;
    for (let slot = from + 1; slot <= count; slot += 1) this.#want(slot);
  }

  start(count: number, listener: SlotListener): void {
    this.#listener = listener;
    this.#sampler.start(
      () => [...this.#processBySlot.values()],
      (samples) => listener.sample(samples),
    );
    const prepared = [...this.#processBySlot.values()];
    for (const process of prepared) this.#notify(process);
    this.resize(count);
  }

  resize(count: number): void {
    this.#source.withdraw(this, count);
    if (count > this.#count) this.prepare(count);
    else this.#count = count;
    for (const process of [...this.#processBySlot.values()]) this.#retire(process);
  }

  submit(slot: number, turn: TurnSubmission): void {
    const process = this.#processBySlot.get(slot);
    if (process?.state === 'ready') {
      const provided = this.#provided.get(turn.key.run);
      if (provided) process.provide(turn.key.run, provided);
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
    const reports = keys.map(async (key): Promise<TurnStatus> => {
      const statuses = await this.#holder(key)?.reconcile([key]);
      return { key, status: statuses?.[0]?.status ?? 'unknown' };
    });
    return Promise.all(reports);
  }

  kill(slot: number, reason: 'memory' | 'timeout'): void {
    const detail = reason === 'memory' ? 'over its memory limit' : 'not answering';
    this.#processBySlot.get(slot)?.kill(reason, detail);
  }

  provide(run: string, provided: Provided): void {
    if (this.#provided.get(run) === provided) return;
    this.#provided.set(run, provided);
    for (const process of this.#processBySlot.values()) if (process.isProvided(run)) process.provide(run, provided);
  }

  withdraw(run: string): void {
    this.#provided.delete(run);
    for (const process of this.#processBySlot.values()) process.withdraw(run);
  }

  watchProcesses(listener: (pids: readonly number[]) => void): void {
    this.#watchers.add(listener);
    listener(this.#pids());
  }

  stop(): Promise<void> {
    this.#stopping = true;
    this.#watchers.clear();
    this.#provided.clear();
    this.#sampler.stop();
    const processes = [...this.#processBySlot.values(), ...this.#ending];
    this.#processBySlot.clear();
    return this.#source.leave(this, processes);
  }

  /** Receives a process of the pool for a slot. The process may be starting or ready. */
  serve(slot: number, process: SlotProcess): void {
    this.#processBySlot.set(slot, process);
    process.serve(slot, this.#user);
    if (process.pid !== null) this.#listProcesses();
    this.#notify(process);
  }

  /** Reports the events of a process from before it belonged to the run. */
  #notify(process: SlotProcess): void {
    const { slot, pid, where, state, startMs } = process;
    if (slot === null || pid === null) return;
    this.#listener?.slotStarted(slot, where);
    if (state === 'ready') this.#listener?.slotReady(slot, where, startMs);
  }

  #listProcesses(): void {
    const pids = this.#pids();
    for (const watch of this.#watchers) watch(pids);
  }

  #pids(): number[] {
    return [...this.#processBySlot.values(), ...this.#ending].flatMap(({ pid }) => pid ?? []);
  }

  #want(slot: number): void {
    if (!this.#stopping && !this.#processBySlot.has(slot)) this.#source.want(this, slot);
  }

  #holder(key: TurnKey): SlotProcess | undefined {
    for (const process of this.#processBySlot.values()) if (process.holds(key)) return process;
    return undefined;
  }

  readonly #user: ProcessUser = {
    started: ({ slot, where }) => {
      this.#listProcesses();
      if (slot !== null) this.#listener?.slotStarted(slot, where);
    },
    ready: (process) => {
      const { slot, where, startMs } = process;
      if (slot !== null) this.#listener?.slotReady(slot, where, startMs);
      this.#retire(process);
    },
    exited: ({ slot, where }, reason, detail) => {
      if (slot === null) return;
      this.#processBySlot.delete(slot);
      this.#listProcesses();
      this.#listener?.slotExited(slot, where, reason, detail);
      if (slot <= this.#count) this.#want(slot);
    },
    event: (key, number, event) => this.#listener?.event(key, number, event),
    text: (key, delta) => this.#listener?.text(key, delta),
    request: (key, id, request) => this.#listener?.request(key, id, request),
    requestCancelled: (key, id) => this.#listener?.requestCancelled(key, id),
    outcome: (process, key, outcome) => {
      this.#listener?.outcome(key, outcome);
      this.#retire(process);
    },
  };

  /**
   * Ends a slot that is no longer needed as soon as no turn runs in it. The slot is reported as ended at once: it may
   * be needed again before its process has ended, and no turn may start in a process that is ending.
   */
  #retire(process: SlotProcess): void {
    const { slot, where } = process;
    if (slot === null || slot <= this.#count || process.busy) return;
    this.#processBySlot.delete(slot);
    this.#ending.add(process);
    process.detach();
    process.end(END_GRACE_MS);
    void process.settled().then(() => {
      this.#ending.delete(process);
      this.#listProcesses();
    });
    this.#listener?.slotExited(slot, where, 'ended');
  }
}
