import type { RunEnd } from '../../shared/control/base/command.ts';
import type { RunState } from '../../shared/run/state.ts';
import { updateHistory } from './history.ts';
import type { RunLocks } from './locks/run-locks.ts';
import type { RunHistory } from './request.ts';

/** The resources of a run outside its journal. */
export interface RunOwner {
  /** Releases the resources after all events are flushed and all slots have ended. Returns a note for a person, or null. */
  close(end: RunEnd, run: RunState): Promise<string | null>;
}

/** The locks of a run, and the history that its busy times are added to. */
export class LockedRun implements RunOwner {
  readonly #locks: RunLocks;
  readonly #history: RunHistory | undefined;

  constructor(locks: RunLocks, history: RunHistory | undefined) {
    this.#locks = locks;
    this.#history = history;
  }

  async close(end: RunEnd, run: RunState): Promise<string | null> {
    const isFinished = end.status === 'finished';
    const note = this.#history && isFinished ? await updateHistory(this.#history, run) : null;
    await this.#locks.release();
    return note;
  }
}
