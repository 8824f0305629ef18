import type { TurnKey } from '../../slot/turn-key.ts';

/** A call of a tool that the engine answers, by a running turn. */
export interface EngineToolCall {
  readonly key: TurnKey;
  /** The ID of the request, for its answer. */
  readonly id: string;
  /** The agent that called the tool. */
  readonly agent: string;
  /** The same for the same call in every attempt and resume. */
  readonly call?: string | undefined;
  /** Unchecked: the tool parses them with its schema of the catalogue. */
  readonly arguments: unknown;
}
