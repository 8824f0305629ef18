import type { z } from 'zod';
import type { SchedulerState } from '../../scheduler/state.ts';
import type { RunState } from '../state.ts';

/** What an event does: to the state of the run, to the scheduler, and in words. */
export interface Handlers<Event> {
  /** Takes the event into the run, in place. */
  fold: (run: RunState, event: Event) => void;
  /** The event in a line that follows its type and task; empty where the type says everything. */
  describe: (event: Event) => string;
  /** Takes the event into the scheduler at run time `t`; null for an event that decides nothing. */
  schedule: ((state: SchedulerState, event: Draft<Event>, t: number) => void) | null;
}

/** An event before the engine has given it its place in the journal. */
export type Draft<Event> = Event extends unknown ? Omit<Event, 'seq' | 't'> : never;

/** A type of event: its schema and what it does. */
export interface EventKind<Schema extends z.ZodObject> extends Handlers<z.infer<Schema>> {
  schema: Schema;
}

/** Completes a type of event. Default: it changes nothing, and its type says everything. */
export function eventKind<Schema extends z.ZodObject>(
  schema: Schema,
  { fold = () => {}, describe = () => '', schedule = null }: Partial<Handlers<z.infer<Schema>>>,
): EventKind<Schema> {
  return { schema, fold, describe, schedule };
}
