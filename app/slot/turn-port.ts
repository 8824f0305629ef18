import type { SlotAnswer, SlotEvent, SlotRequest } from '../../shared/slot/protocol.ts';

/** The messages and requests of a turn while it runs. */
export interface TurnPort {
  readonly signal: AbortSignal;
  event(event: SlotEvent): void;
  text(delta: string): void;
  /** Rejects with the reason of the abort if the turn is cancelled first; the engine is then notified. */
  ask(request: SlotRequest): Promise<SlotAnswer>;
}
