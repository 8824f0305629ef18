import type { Machine, Union } from '../base/machine.ts';

/** Time is counted at least this often while a deadline runs. */
const TICK_MS = 1000;
/** A tick later than this shows that the process did not run: the machine slept, or the process was stopped. */
const LATEST_TICK_MS = 3 * TICK_MS;

export type DeadlinesChange =
  | Union<{
      'deadline.started': { id: string; ms: number };
      /** The attempt waits for the engine. Waits may overlap. */
      'deadline.paused': { id: string };
      /** One of its waits has ended. */
      'deadline.resumed': { id: string };
      'deadline.ended': { id: string };
      /** The time that `wakeAt` returned is reached. */
      tick: object;
    }>
  | DeadlinesAction;

export type DeadlinesAction = Union<{ 'deadline.expired': { id: string } }>;

interface Deadline {
  /** The remaining time at `since`, in ms. */
  leftMs: number;
  since: number;
  pauses: number;
}

/**
 * The deadlines of attempts. A deadline does not advance while the engine keeps its attempt waiting, or while the machine
 * sleeps: time in which the process does not run counts as one tick. The caller therefore reports a tick whenever
 * `wakeAt` asks for it. Each deadline expires at most once.
 */
export class Deadlines implements Machine<DeadlinesChange, DeadlinesAction> {
  readonly #deadlines = new Map<string, Deadline>();
  #running = 0;
  /** No running deadline needs a tick before this run time. */
  #tickAt = Number.POSITIVE_INFINITY;

  reduce(change: DeadlinesChange, t: number): void {
    if (change.type === 'tick') {
      this.#tick(t);
      return;
    }
    if (change.type === 'deadline.started') {
      const deadline = { leftMs: change.ms, since: t, pauses: 0 };
      this.#deadlines.set(change.id, deadline);
      this.#run(deadline, t);
      return;
    }
    const deadline = this.#deadlines.get(change.id);
    if (!deadline) return;
    switch (change.type) {
      case 'deadline.paused':
        if (deadline.pauses === 0) this.#stand(deadline, t);
        deadline.pauses += 1;
        return;
      case 'deadline.resumed':
        if (deadline.pauses === 0) return;
        deadline.pauses -= 1;
        if (deadline.pauses === 0) this.#run(deadline, t);
        return;
      case 'deadline.ended':
      case 'deadline.expired':
        if (deadline.pauses === 0) this.#running -= 1;
        this.#deadlines.delete(change.id);
        return;
      default:
        change satisfies never;
    }
  }

  next(t: number): DeadlinesAction | null {
    if (t < this.#tickAt) return null;
    for (const [id, deadline] of this.#deadlines) {
      if (deadline.pauses === 0 && leftAt(deadline, t) <= 0) return { type: 'deadline.expired', id };
    }
    return null;
  }

  wakeAt(): number | null {
    return this.#running === 0 ? null : this.#tickAt;
  }

  #run(deadline: Deadline, t: number): void {
    deadline.since = t;
    this.#running += 1;
    this.#tickAt = Math.min(this.#tickAt, tickAt(deadline));
  }

  #stand(deadline: Deadline, t: number): void {
    deadline.leftMs = leftAt(deadline, t);
    this.#running -= 1;
  }

  #tick(t: number): void {
    this.#tickAt = Number.POSITIVE_INFINITY;
    for (const deadline of this.#deadlines.values()) {
      if (deadline.pauses > 0) continue;
      deadline.leftMs = leftAt(deadline, t);
      deadline.since = t;
      this.#tickAt = Math.min(this.#tickAt, tickAt(deadline));
    }
  }
}

function tickAt({ leftMs, since }: Deadline): number {
  return since + Math.min(TICK_MS, Math.max(0, leftMs));
}

/** Returns the remaining time of a running deadline at run time `t`, in ms. */
function leftAt({ leftMs, since }: Deadline, t: number): number {
  const elapsed = t - since;
  return leftMs - (elapsed > LATEST_TICK_MS ? Math.min(TICK_MS, leftMs - 1) : elapsed);
}
