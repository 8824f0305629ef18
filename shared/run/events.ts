import { z } from 'zod';
import { EXPAND_EVENTS } from './events/expand.ts';
import type { Handlers } from './events/kind.ts';
import { KNOWLEDGE_EVENTS } from './events/knowledge.ts';
import { LIMIT_EVENTS } from './events/limit.ts';
import { QUESTION_EVENTS } from './events/question.ts';
import { RESOURCE_EVENTS } from './events/resource.ts';
import { REVIEW_EVENTS } from './events/review.ts';
import { RUN_EVENTS } from './events/run.ts';
import { SERVER_EVENTS } from './events/server.ts';
import { SLOT_EVENTS } from './events/slot.ts';
import { TASK_EVENTS } from './events/task.ts';
import { TURN_EVENTS } from './events/turn.ts';

export * from './events/shapes.ts';

/**
 * Every type of event, by family. An entry contains the schema, the changes to the run and to the scheduler, and the
 * description, so that a new event needs only an entry and an emitter.
 */
export const EVENT_KINDS = {
  ...RUN_EVENTS,
  ...SLOT_EVENTS,
  ...SERVER_EVENTS,
  ...RESOURCE_EVENTS,
  ...TASK_EVENTS,
  ...EXPAND_EVENTS,
  ...TURN_EVENTS,
  ...REVIEW_EVENTS,
  ...QUESTION_EVENTS,
  ...LIMIT_EVENTS,
  ...KNOWLEDGE_EVENTS,
};

const { 'run.started': started, ...others } = EVENT_KINDS;
/** The events of a run, as they are in `events.jsonl`, one per line. Folding them gives the state of the run. */
export const runEventSchema = z.discriminatedUnion('type', [
  started.schema,
  ...Object.values(others).map(({ schema }) => schema),
]);

export type RunEventType = keyof typeof EVENT_KINDS;
type EventByType = { [Type in RunEventType]: z.infer<(typeof EVENT_KINDS)[Type]['schema']> };
export type RunEvent = EventByType[RunEventType];
export type EventOf<Type extends RunEventType> = EventByType[Type];

/** What slots report about their turns, of the events that the journal stores as they are reported. */
export const SLOT_REPORT_SCHEMAS = Object.values(EVENT_KINDS).flatMap((kind) =>
  'slotSchema' in kind ? [kind.slotSchema] : [],
);

type Unstamped<Event> = Event extends RunEvent ? Omit<Event, 'seq' | 't'> : never;
/** An event before the engine has numbered it. */
export type EventDraft = Unstamped<RunEvent>;

/** Results of up to this number of UTF-8 bytes are stored in their event, longer ones in a blob. */
export const INLINE_RESULT_BYTES = 4096;

const HANDLERS: { [Type in RunEventType]: Handlers<EventByType[Type]> } = EVENT_KINDS;

/** Returns what events of a type do. */
export function handlersOf<Type extends RunEventType>(type: Type): Handlers<EventByType[Type]> {
  return HANDLERS[type];
}
