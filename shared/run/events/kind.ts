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
