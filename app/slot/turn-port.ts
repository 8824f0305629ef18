import type { Provided } from '../../shared/slot/protocol.ts';
import type { SlotEvent } from '../../shared/slot/slot-event.ts';
import type { SlotAnswer, SlotRequest } from '../../shared/slot/slot-request.ts';
import type { ModelClient } from '../models/client.ts';
import type { TurnLimits } from './turn-limits.ts';

/** What connects a running turn with its slot: what the slot was provided for the run, messages and requests. */
export interface SlotPort {
  readonly provided: Provided;
  readonly signal: AbortSignal;
  /** The client of the slot. */
  readonly models: Pick<ModelClient, 'chat'>;
  event(event: SlotEvent): void;
  text(delta: string): void;
  /** Rejects with the reason of the abort if the turn is cancelled first; the engine is then notified. */
  ask(request: SlotRequest): Promise<SlotAnswer>;
}

/** The port of a turn, with what the limits of its task leave to it. */
export interface TurnPort extends SlotPort {
  readonly limits: TurnLimits;
}
