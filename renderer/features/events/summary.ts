import { printableLine } from '../../../shared/printable.ts';
import { type EventOf, handlersOf, type RunEvent, type RunEventType } from '../../../shared/run/events.ts';

/** A one-line summary of an event, shown after its type and task. */
export function summaryOf(event: RunEvent): string {
  return printableLine(describe(event.type, event));
}

function describe<Type extends RunEventType>(type: Type, event: EventOf<Type>): string {
  return handlersOf(type).describe(event);
}

/** The task that an event is about; an empty text if it is about none. */
export function taskOfEvent(event: RunEvent): string {
  return 'task' in event ? event.task : '';
}
