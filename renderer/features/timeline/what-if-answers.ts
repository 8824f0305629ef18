import type { Crew } from '../../../shared/project/schema.ts';
import { type Simulation, simulate } from '../../../shared/scheduler/simulate.ts';

/** Schedules to simulate, one after another; each answer carries the question's number. */
export interface WhatIfQuestion {
  id: number;
  /** Null: that of the question before. A large one takes long to hand over. */
  project: Crew | null;
  durations: Readonly<Record<string, number>>;
  capacities: Readonly<Record<string, number>>;
  /** The crew or run without the changes, which the schedule is compared with; absent where nothing is changed. */
  base?: { durations: Readonly<Record<string, number>>; slots: number };
  /** Of which number of slots the whole schedule is wanted, if of any: handing over a large one holds up the page. */
  scheduleSlots: number | null;
  /** Of which numbers of slots the makespan is. */
  curve: readonly number[];
}

export type WhatIfAnswer = { id: number } & (
  | { kind: 'base'; makespanMs: number }
  | { kind: 'schedule'; simulation: Simulation }
  | { kind: 'point'; slots: number; makespanMs: number }
  /** The last: what was not answered before it will not be. */
  | { kind: 'failed'; message: string }
);

/** The answers, each worked out when it is asked for; where one cannot be, that is said, and nothing follows. */
export function* answersTo(question: WhatIfQuestion, project: Crew): Generator<WhatIfAnswer> {
  const { id, durations, capacities, base, scheduleSlots, curve } = question;
  try {
    if (base) yield { id, kind: 'base', makespanMs: simulate(project, base).makespan_ms };
    if (scheduleSlots !== null) {
      const simulation = simulate(project, { slots: scheduleSlots, durations, capacities });
      yield { id, kind: 'schedule', simulation };
    }
    for (const slots of curve) {
      const { makespan_ms: makespanMs } = simulate(project, { slots, durations, capacities });
      yield { id, kind: 'point', slots, makespanMs };
    }
  } catch (error) {
    yield { id, kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
