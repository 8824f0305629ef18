import type { RunState } from '../../../shared/run/state.ts';
import type { Candidate } from '../../../shared/scheduler/decide.ts';
import type { Decider } from '../decider.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { Leases } from '../leases/leases.ts';
import type { FreedBy, RowSide, SlotShare } from './share.ts';

export interface GrantedSlotsDeps {
  slots: SlotShare;
  recorder: Recorder;
  decider: Decider;
  leases: Leases;
  /** Run time in whole milliseconds. */
  now: () => number;
  /** The scheduler may have decisions. */
  pump: () => void;
}

/**
 * The row's side of the slots that a batch shares, and of what else its rows share: what is granted is journalled, used
 * or given back, and told.
 */
export class GrantedSlots {
  readonly #deps: GrantedSlotsDeps;
  /** Granted, and no turn started in them yet. */
  readonly #unused = new Set<number>();
  #withdrawn = false;

  constructor(deps: GrantedSlotsDeps) {
    this.#deps = deps;
    const { slots, recorder, decider, leases } = deps;
    const side: RowSide = {
      granted: (slot, candidate, from) => this.#granted(slot, candidate, from),
      leased: (id) => this.#leased(id),
      room: (room) => recorder.emit({ type: 'pool.room', ...room }),
      waits: () => decider.waits(),
      use: (resource) => leases.use(resource),
    };
    slots.join(side);
  }

  /** A turn has started in it. */
  used(slot: number): void {
    this.#unused.delete(slot);
  }

  /** The run starts nothing more. */
  withdraw(): void {
    this.#withdrawn = true;
    this.tell();
  }

  /**
   * Everything that could be decided has been: gives back what was not used, and says what would be. Returns whether a
   * turn waits for something that the rows share.
   */
  tell(): boolean {
    const { slots, recorder, decider, now } = this.#deps;
    for (const slot of this.#unused) recorder.emit({ type: 'slot.returned', slot });
    this.#unused.clear();
    const sharing = decider.sharing(now());
    const wishes = this.#withdrawn ? [] : sharing.wishes;
    slots.tell(slotsIn(recorder.state), { ...sharing, wishes });
    return wishes.length > 0;
  }

  #granted(slot: number, { task, turn }: Candidate, from: FreedBy | null): void {
    this.#unused.add(slot);
    const named = turn === undefined ? { task } : { task, turn };
    this.#deps.recorder.emit({ type: 'slot.granted', slot, for: named, ...(from === null ? {} : { from }) });
    this.#deps.pump();
  }

  #leased(id: string): void {
    this.#deps.leases.grant(id);
    this.tell();
  }
}

function slotsIn({ running }: RunState): Set<number> {
  return new Set([...running].map((turn) => turn.slot));
}
