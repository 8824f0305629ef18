import type { RunState } from '../../../shared/run/state.ts';
import type { Candidate } from '../../../shared/scheduler/decide.ts';
import type { Scheduler } from '../../../shared/scheduler/scheduler.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { RunClock } from '../run-clock.ts';
import type { FreedBy, SlotShare } from './share.ts';

export interface GrantedSlotsDeps {
  slots: SlotShare;
  recorder: Recorder;
  decider: Scheduler;
  clock: RunClock;
}

/** The row's side of the slots that a batch shares: journals, uses, returns and reports granted slots. */
export class GrantedSlots {
  readonly #deps: GrantedSlotsDeps;
  /** Granted slots in which no turn has started yet. */
  readonly #unused = new Set<number>();
  #withdrawn = false;

  constructor(deps: GrantedSlotsDeps) {
    this.#deps = deps;
  }

  /** Records that a slot was granted for a candidate's turn. */
  granted(slot: number, { task, turn }: Candidate, from: FreedBy | null): void {
    this.#unused.add(slot);
    const named = turn === undefined ? { task } : { task, turn };
    this.#deps.recorder.emit({ type: 'slot.granted', slot, for: named, ...(from === null ? {} : { from }) });
  }

  /** Records that a turn has started in the slot. */
  used(slot: number): void {
    this.#unused.delete(slot);
  }

  /** Stops requesting slots: the run starts no more turns. */
  withdraw(): void {
    this.#withdrawn = true;
  }

  /**
   * Returns unused slots and reports the row's demand. Call this when no decision is pending. Returns whether a
   * turn waits for a resource that the rows share.
   */
  report(): boolean {
    const { slots, recorder, decider, clock } = this.#deps;
    for (const slot of this.#unused) recorder.emit({ type: 'slot.returned', slot });
    this.#unused.clear();
    const sharing = decider.sharing(clock.now());
    const candidates = this.#withdrawn ? [] : sharing.candidates;
    slots.report(slotsIn(recorder.state), { ...sharing, candidates });
    return candidates.length > 0;
  }
}

function slotsIn({ running }: RunState): Set<number> {
  return new Set([...running].map((turn) => turn.slot));
}
