import type { Draft } from '../run/events/kind.ts';
import { type EventDraft, type EventOf, handlersOf, type RunEventType } from '../run/events.ts';
import type { SchedulerState } from './state.ts';

/** Applies an event at run time `t` to the state. Times never decrease. */
export function applyToState(state: SchedulerState, event: EventDraft, t: number): void {
  schedule(state, event.type, event, t);
}

function schedule<Type extends RunEventType>(
  state: SchedulerState,
  type: Type,
  event: Draft<EventOf<Type>>,
  t: number,
): void {
  handlersOf(type).schedule?.(state, event, t);
}
