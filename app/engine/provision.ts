import { keyName, type ModelAccess } from '../../shared/slot/agent-model.ts';
import type { Provided } from '../../shared/slot/protocol.ts';
import type { TurnAgent } from '../../shared/slot/turn-agent.ts';
import type { TurnSubmission } from '../../shared/slot/turn-submission.ts';

/**
 * What slots of this machine get for a run: its workspace, and the keys of its agents. A key that a person changes during
 * the run is used from the next turn of its agent.
 */
export class Provision {
  readonly #access: (agent: string, fallback: number) => ModelAccess;
  readonly #keyChanged: (key: string | null) => void;
  #provided: Provided;

  /** `keyChanged` is called with each key before it is provided. */
  constructor(
    workspace: string,
    access: (agent: string, fallback: number) => ModelAccess,
    keyChanged: (key: string | null) => void,
  ) {
    this.#access = access;
    this.#keyChanged = keyChanged;
    this.#provided = { workspace, keys: {} };
  }

  /** Returns what a turn needs, and what earlier turns needed: the same object until a key changes. */
  for(turn: TurnSubmission): Provided {
    for (const { name, fallbacks = [] } of agentsOf(turn)) {
      for (let fallback = 0; fallback <= fallbacks.length; fallback += 1)
        this.#take(keyName(name, fallback), this.#access(name, fallback).api_key);
    }
    return this.#provided;
  }

  #take(name: string, key: string | null): void {
    const { [name]: before = null, ...others } = this.#provided.keys;
    if (before === key) return;
    this.#keyChanged(key);
    this.#provided = { ...this.#provided, keys: key === null ? others : { ...others, [name]: key } };
  }
}

/** All agents whose models a turn can call. The agent of a turn without a model has none. */
function agentsOf({ agent, call, coworkers, manager, guardrails }: TurnSubmission): TurnAgent[] {
  const judges = [manager, ...(guardrails?.rules ?? []).map(({ judge }) => judge)].flatMap(
    (judge) => judge?.agent ?? [],
  );
  return [...(call === undefined ? [agent] : []), ...coworkers, ...judges];
}
