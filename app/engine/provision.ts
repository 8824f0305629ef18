import type { ModelAccess, Provided, TurnAgent, TurnSubmission } from '../../shared/slot/protocol.ts';

/**
 * What slots of this machine get for a run: its workspace, and the keys of its agents. A key that a person changes during
 * the run is used from the next turn of its agent.
 */
export class Provision {
  readonly #access: (agent: string) => ModelAccess;
  readonly #keyChanged: (key: string | null) => void;
  #provided: Provided;

  /** `keyChanged` is called with each key before it is provided. */
  constructor(workspace: string, access: (agent: string) => ModelAccess, keyChanged: (key: string | null) => void) {
    this.#access = access;
    this.#keyChanged = keyChanged;
    this.#provided = { workspace, keys: {} };
  }

  /** Returns what a turn needs, and what earlier turns needed: the same object until a key changes. */
  for(turn: TurnSubmission): Provided {
    for (const { name } of agentsOf(turn)) this.#take(name, this.#access(name).api_key);
    return this.#provided;
  }

  #take(agent: string, key: string | null): void {
    const { [agent]: before = null, ...others } = this.#provided.keys;
    if (before === key) return;
    this.#keyChanged(key);
    this.#provided = { ...this.#provided, keys: key === null ? others : { ...others, [agent]: key } };
  }
}

/** All agents whose models a turn can call. */
function agentsOf({ agent, coworkers, manager, guardrail }: TurnSubmission): TurnAgent[] {
  const judges = [manager, guardrail?.judge].flatMap((judge) => judge?.agent ?? []);
  return [agent, ...coworkers, ...judges];
}
