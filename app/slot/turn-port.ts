import type { SlotAnswer, SlotEvent, SlotRequest } from '../../shared/slot/protocol.ts';

/** What a turn tells and asks while it runs. */
export interface TurnPort {
  readonly signal: AbortSignal;
  event(event: SlotEvent): void;
  text(delta: string): void;
  /** Rejects with the abort's reason when the turn is cancelled first; the engine is told then. */
  ask(request: SlotRequest): Promise<SlotAnswer>;
}
