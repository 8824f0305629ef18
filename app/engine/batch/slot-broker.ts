import type { Crew } from '../../../shared/crew/schema.ts';
import type { SlotHost, SlotListener, SlotSample } from '../../../shared/slot/host.ts';
import { isLocalHost, type LocalSlotHost } from '../../../shared/slot/local-host.ts';
import type { TurnKey } from '../../../shared/slot/turn-key.ts';
import type { RowSide, SlotShare } from './share.ts';
import { SlotAllocator, type SlotOrLease } from './slot-allocator.ts';
import { wouldDeadlockAcrossRows } from './wait-cycles.ts';

/** A row that has joined. */
interface Row {
  number: number;
  run: string;
  side: RowSide;
  listener: SlotListener | null;
}

/** A slot's process. */
interface Process {
  where: string;
  /** The time from process start to ready, in ms; null while it starts. */
  readyMs: number | null;
}

/**
 * Shares the slots of one host among the rows of a batch. Each row's engine gets its own host, which runs turns in the
 * slots granted to the row. Reports from a slot go to the row whose turn they concern.
 */
export class SlotBroker {
  readonly #host: SlotHost;
  /** Capacities of the file's pools. */
  readonly #pools: ReadonlyMap<string, number>;
  readonly #allocator: SlotAllocator;
  readonly #changed: () => void;
  readonly #rows = new Map<string, Row>();
  readonly #byNumber = new Map<number, Row>();
  readonly #processes = new Map<number, Process>();
  /** Rows that list the processes of a local host, by run. */
  readonly #watchers = new Map<string, (pids: readonly number[]) => void>();
  #pids: readonly number[] = [];
  #count: number;
  #isGranting = false;

  /** `changed` is called when slots that no row can use may have become idle. */
  constructor(host: SlotHost, crew: Crew, slots: number, changed: () => void) {
    this.#host = host;
    this.#count = slots;
    this.#pools = new Map(crew.pools.map(({ name, capacity }) => [name, capacity]));
    this.#allocator = new SlotAllocator(slots, new Map([...this.#pools, ...limitedAgents(crew)]));
    this.#changed = changed;
    if (isLocalHost(host)) host.watchProcesses((pids) => this.#listProcesses(pids));
  }

  start(): void {
    this.#host.start(this.#count, this.#listener);
  }

  /** Whether a slot is free that no row can use. */
  get isIdle(): boolean {
    return this.#allocator.isIdle;
  }

  resize(count: number): void {
    if (count === this.#count) return;
    this.#count = count;
    this.#allocator.resize(count);
    this.#host.resize(count);
    this.#grantAll();
  }

  /** Ends all slots. Resolves when all their processes have exited. */
  stop(): Promise<void> {
    return this.#host.stop();
  }

  /** Returns the host and the slots as one row sees them, for the run with this name. */
  row(number: number, run: string): { host: SlotHost; slots: SlotShare } {
    const host = this.#host;
    const find = () => this.#rows.get(run);
    return {
      host: {
        prepare: () => undefined,
        start: (_count, listener) => this.#listen(run, listener),
        resize: (count) => this.resize(count),
        submit: (slot, turn) => {
          this.#allocator.used(slot, number, turn.key.task);
          host.submit(slot, turn);
        },
        cancel: (key, graceMs) => host.cancel(key, graceMs),
        answer: (key, request, answer) => host.answer(key, request, answer),
        acknowledge: (key, events, outcome) => host.acknowledge(key, events, outcome),
        reconcile: (keys) => host.reconcile(keys),
        kill: (slot, reason) => host.kill(slot, reason),
        stop: async () => this.#leave(run, number),
        ...(isLocalHost(host) ? this.#localSide(host, run) : {}),
      },
      slots: {
        join: (side) => {
          const row: Row = { number, run, side, listener: null };
          this.#rows.set(run, row);
          this.#byNumber.set(number, row);
        },
        report: (held, sharing) => {
          if (!find()) return;
          this.#allocator.report(number, held, sharing);
          this.#grantAll();
        },
        wouldDeadlock: (wait) => {
          const rows = [...this.#rows.values()].map((row) => ({ row: row.number, graph: row.side.waits() }));
          return wouldDeadlockAcrossRows(rows, this.#pools, this.#allocator.leasesWaiting(), { row: number, ...wait });
        },
        use: (resource) => this.#use(resource),
      },
    };
  }

  /** The methods of a row's host that depend on this machine. */
  #localSide(host: LocalSlotHost, run: string): Omit<LocalSlotHost, keyof SlotHost> {
    return {
      provide: (ofRun, provided) => host.provide(ofRun, provided),
      withdraw: (ofRun) => host.withdraw(ofRun),
      watchProcesses: (listener) => {
        this.#watchers.set(run, listener);
        listener(this.#pids);
      },
    };
  }

  #listProcesses(pids: readonly number[]): void {
    this.#pids = pids;
    for (const watch of this.#watchers.values()) watch(pids);
  }

  #use(resource: string): ReturnType<SlotShare['use']> {
    if (!this.#pools.has(resource)) return null;
    const all = [...this.#rows.values()].map(({ side }) => side.use(resource));
    return {
      users: all.flatMap(({ users }) => users),
      usage: all.reduce((sum, { usage }) => sum + usage, 0),
      free: this.#allocator.freeUnits(resource),
    };
  }

  /** Subscribes a row to slot reports, starting with the existing slots. */
  #listen(run: string, listener: SlotListener): void {
    const row = this.#rows.get(run);
    if (!row) return;
    row.listener = listener;
    // Grant no slot before the row knows all slots: it cannot use an unknown slot.
    this.#undisturbed(() => {
      for (const [slot, { where, readyMs }] of [...this.#processes].sort(([a], [b]) => a - b)) {
        listener.slotStarted(slot, where);
        if (readyMs !== null) listener.slotReady(slot, where, readyMs);
      }
    });
    this.#grantAll();
  }

  #leave(run: string, number: number): void {
    this.#rows.delete(run);
    this.#byNumber.delete(number);
    this.#watchers.delete(run);
    if (isLocalHost(this.#host)) this.#host.withdraw(run);
    this.#allocator.forget(number);
    this.#grantAll();
  }

  /** Makes all possible grants. A row may use a grant and report its next demand during the call. */
  #grantAll(): void {
    if (this.#isGranting) return;
    this.#undisturbed(() => {
      for (let granted = this.#allocator.next(); granted !== null; granted = this.#allocator.next())
        this.#grant(granted);
      for (const { row, rooms } of this.#allocator.changedRooms()) {
        for (const room of rooms) this.#byNumber.get(row)?.side.room(room);
      }
    });
    this.#changed();
  }

  #grant(granted: SlotOrLease): void {
    const side = this.#byNumber.get(granted.row)?.side;
    switch (granted.kind) {
      case 'slot':
        side?.granted(granted.slot, granted.candidate, granted.from);
        return;
      case 'lease':
        side?.leased(granted.id);
        return;
      default:
        granted satisfies never;
    }
  }

  /** Runs `act`, then makes grants for the demand that rows reported during it. */
  #undisturbed(act: () => void): void {
    const before = this.#isGranting;
    this.#isGranting = true;
    act();
    this.#isGranting = before;
  }

  #each(notify: (listener: SlotListener) => void): void {
    for (const { listener } of [...this.#rows.values()]) if (listener) notify(listener);
  }

  #of(key: TurnKey): SlotListener | null {
    return this.#rows.get(key.run)?.listener ?? null;
  }

  readonly #listener: SlotListener = {
    slotStarted: (slot, where) => {
      this.#processes.set(slot, { where, readyMs: null });
      this.#allocator.unready(slot);
      this.#each((row) => row.slotStarted(slot, where));
    },
    slotReady: (slot, where, ms) => {
      this.#processes.set(slot, { where, readyMs: ms });
      this.#each((row) => row.slotReady(slot, where, ms));
      this.#allocator.ready(slot);
      this.#grantAll();
    },
    slotExited: (slot, where, reason, detail) => {
      this.#processes.delete(slot);
      this.#allocator.unready(slot);
      this.#each((row) => row.slotExited(slot, where, reason, detail));
    },
    sample: (samples) => this.#sample(samples),
    event: (key, number, event) => this.#of(key)?.event(key, number, event),
    text: (key, delta) => this.#of(key)?.text(key, delta),
    request: (key, id, request) => this.#of(key)?.request(key, id, request),
    requestCancelled: (key, id) => this.#of(key)?.requestCancelled(key, id),
    outcome: (key, outcome) => {
      const row = this.#of(key);
      // The row has left. Acknowledge the outcome so that the slot does not report it again.
      if (row) row.outcome(key, outcome);
      else this.#host.acknowledge(key, 0, true);
    },
  };

  /** Passes a row only the samples of its own slots: other slots are not part of its resource use. */
  #sample(samples: readonly SlotSample[]): void {
    for (const { number, listener } of [...this.#rows.values()]) {
      const own = samples.filter(({ slot }) => this.#allocator.holder(slot) === number);
      if (own.length > 0) listener?.sample(own);
    }
  }
}

/** Returns the number of concurrent turns for each limited agent. No agent has the name of a pool. */
function limitedAgents({ agents }: Crew): (readonly [string, number])[] {
  return agents.flatMap(({ name, max_concurrent: most }) => (most === undefined ? [] : [[name, most] as const]));
}
