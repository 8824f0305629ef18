import type { z } from 'zod';
import type { SchedulerState } from '../../scheduler/state.ts';
import type { RunState } from '../state.ts';

/** What an event does to the state of the run and to the scheduler, and how it is described. */
export interface Handlers<Event> {
  /** Applies the event to the run, in place. */
  fold: (run: RunState, event: Event) => void;
  /** Returns a line that follows the type and task of the event; empty if these are enough. */
  describe: (event: Event) => string;
  /** Applies the event to the scheduler at run time `t`; null for an event that does not concern it. */
  schedule: ((state: SchedulerState, event: Draft<Event>, t: number) => void) | null;
}

/** An event before the engine has numbered it. */
export type Draft<Event> = Event extends unknown ? Omit<Event, 'seq' | 't'> : never;

/** A type of event: its schema and what it does. */
export interface EventKind<Schema extends z.ZodObject> extends Handlers<z.infer<Schema>> {
  schema: Schema;
}

/** Completes a type of event. By default, it changes nothing and has an empty description. */
export function eventKind<Schema extends z.ZodObject>(
  schema: Schema,
  { fold = () => {}, describe = () => '', schedule = null }: Partial<Handlers<z.infer<Schema>>>,
): EventKind<Schema> {
  return { schema, fold, describe, schedule };
}

/** The fields that the engine adds to what a slot reports: where in the journal and in which attempt it happened. */
const BY_ENGINE = { seq: true, t: true, task: true, attempt: true, turn: true } as const;

/** A type of event that slots report about their turns. `slotSchema`: the report, an event without the engine's fields. */
export interface SlotEventKind<Schema extends z.ZodObject> extends EventKind<Schema> {
  slotSchema: z.ZodObject<Omit<Schema['shape'], keyof typeof BY_ENGINE>>;
}

/** Completes a type of event that slots report, like `eventKind`. The slot protocol contains it without further code. */
export function slotEventKind<Schema extends z.ZodObject>(
  schema: Schema,
  handlers: Partial<Handlers<z.infer<Schema>>>,
): SlotEventKind<Schema> {
  // The compiler cannot follow the omission through the type parameter.
  const slotSchema = schema.omit(BY_ENGINE) as unknown as SlotEventKind<Schema>['slotSchema'];
  return { ...eventKind(schema, handlers), slotSchema };
}
