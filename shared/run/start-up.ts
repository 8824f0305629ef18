import { concurrencySteps } from './concurrency.ts';
import type { Interval } from './intervals.ts';
import type { OpenInterval } from './open-interval.ts';
import type { SlotState } from './slot-state.ts';
import type { RunState } from './state.ts';

/** An interval in which slots of the run were starting, with the slot that became ready first. */
export interface StartUp extends Interval {
  slot: number;
}

/**
 * The times in which a turn could start only once a slot was ready: fewer turns ran than the run had slots, and a slot
 * was not ready. Sorted, without overlap, each up to the next change. `now` ends open intervals.
 */
export function startUpTimes(state: RunState, now: number): StartUp[] {
  // Without slot events, the start-up of slots is unknown.
  if ([...state.slots.values()].every(({ starts, ready }) => starts.length + ready.length === 0)) return [];
  const found: StartUp[] = [];
  const sweep = new Sweep(state);
  const changes = changesOf(state, now);
  for (const [at, change] of changes.entries()) {
    change.apply(sweep);
    const start = change.t;
    const end = changes[at + 1]?.t ?? now;
    const slot = end > start ? sweep.waitsForSlot(start) : null;
    if (slot === null) continue;
    const last = found.at(-1);
    if (last?.end === start && last.slot === slot) last.end = end;
    else found.push({ start, end, slot });
  }
  return found;
}

interface Change {
  t: number;
  apply: (sweep: Sweep) => void;
}

function changesOf(state: RunState, now: number): Change[] {
  const counts = state.slotCounts.map(({ t, slots }, at): Change => {
    return { t: at === 0 ? 0 : t, apply: (sweep) => sweep.setCount(slots) };
  });
  const ready = [...state.slots.values()].flatMap(({ slot, ready: times }) =>
    times.flatMap(({ start, end }): Change[] => [
      { t: start, apply: (sweep) => sweep.setReady(slot, true) },
      { t: end ?? now, apply: (sweep) => sweep.setReady(slot, end === null) },
    ]),
  );
  const running = concurrencySteps(state, now).map((step): Change => {
    return { t: step.t, apply: (sweep) => sweep.setRunning(step.running) };
  });
  return [...counts, ...ready, ...running].sort((a, b) => a.t - b.t);
}

/** Returns, for each change, the number of running turns, the number of slots, and the slots that are ready. */
class Sweep {
  readonly #slots: RunState['slots'];
  readonly #ready = new Set<number>();
  #running = 0;
  #count = 0;
  /** Slots of the run that are not ready. */
  #starting: number[] = [];

  constructor({ slots }: RunState) {
    this.#slots = slots;
  }

  setRunning(running: number): void {
    this.#running = running;
  }

  setCount(count: number): void {
    this.#count = count;
    this.#list();
  }

  setReady(slot: number, isReady: boolean): void {
    if (isReady) this.#ready.add(slot);
    else this.#ready.delete(slot);
    this.#list();
  }

  /** Returns the slot whose start a turn waits for at `t`; null if no turn waits for a start. */
  waitsForSlot(t: number): number | null {
    if (this.#running >= this.#count) return null;
    let first: number | null = null;
    let firstAt = Number.POSITIVE_INFINITY;
    for (const slot of this.#starting) {
      const at = readyAfter(this.#slots.get(slot), t);
      if (first !== null && at >= firstAt) continue;
      first = slot;
      firstAt = at;
    }
    return first;
  }

  #list(): void {
    this.#starting = [];
    for (let slot = 1; slot <= this.#count; slot += 1) if (!this.#ready.has(slot)) this.#starting.push(slot);
  }
}

function readyAfter(slot: SlotState | undefined, t: number): number {
  const next = slot?.ready.find(({ start }: OpenInterval) => start > t);
  return next?.start ?? Number.POSITIVE_INFINITY;
}
