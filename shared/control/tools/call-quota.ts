import type { RunState } from '../../run/state.ts';
import type { SlotAnswer } from '../../slot/slot-request.ts';
import type { CallableTool } from '../../tools/definition.ts';

/**
 * Limits the calls of each tool that a crew defines to `max_calls` per run, of all agents together. A resumed run
 * restores its counts from the journal. Rehearsed calls do not count.
 */
export class CallQuota {
  readonly #calls = new Map<string, number>();

  constructor(state: RunState) {
    const turns = [...state.tasks.values()].flatMap((task) => task.turns);
    for (const { name, rehearsed } of turns.flatMap(({ tools }) => tools)) if (!rehearsed) this.#count(name);
  }

  /** Permits a call and counts it, or refuses with a text for the model. */
  take({ name, limits: { max_calls: most } }: CallableTool): SlotAnswer {
    if ((this.#calls.get(name) ?? 0) >= most) {
      const times = most === 1 ? 'once' : `${most} times`;
      const text = `Not called: ${name} was called ${times} in this run, which is its max_calls. Continue without it.`;
      return { ok: false, text };
    }
    this.#count(name);
    return { ok: true, text: '' };
  }

  #count(name: string): void {
    this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
  }
}
