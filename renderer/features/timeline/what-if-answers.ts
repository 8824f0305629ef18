import { crewLimits } from '../../../shared/control/virtual/crew-limits.ts';
import { simulate } from '../../../shared/control/virtual/simulate.ts';
import type { Simulation } from '../../../shared/control/virtual/simulation.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import type { CallCount } from '../../../shared/run/call-count.ts';

/** A request to simulate schedules, one after another. Each answer carries the number of the request. */
export interface WhatIfQuestion {
  id: number;
  /** Null: the crew of the previous request. Sending a large crew takes long. */
  crew: Crew | null;
  durations: Readonly<Record<string, number>>;
  capacities: Readonly<Record<string, number>>;
  /** The known model calls of each task, for a crew with limits; absent: none are known. */
  calls?: Readonly<Record<string, CallCount>>;
  /** The crew or run without the changes, as the baseline; absent if nothing is changed. */
  base?: { durations: Readonly<Record<string, number>>; slots: number };
  /** The number of slots whose complete schedule is needed, if any: sending a large schedule blocks the page. */
  scheduleSlots: number | null;
  /** The numbers of slots whose makespan is needed. */
  curve: readonly number[];
}

export type WhatIfAnswer = { id: number } & (
  | { kind: 'base'; makespanMs: number }
  | { kind: 'schedule'; simulation: Simulation }
  | { kind: 'point'; slots: number; makespanMs: number }
  /** The last answer: anything not answered before it will not be answered. */
  | { kind: 'failed'; message: string }
);

/** The answers, each computed on demand. If one fails, the last answer reports that. */
export function* answersTo(question: WhatIfQuestion, crew: Crew): Generator<WhatIfAnswer> {
  const { id, durations, capacities, base, scheduleSlots, curve } = question;
  try {
    const limits = crewLimits(crew, question.calls ?? {});
    const limited = limits ? { limits } : {};
    if (base) yield { id, kind: 'base', makespanMs: simulate(crew, { ...base, ...limited }).makespan_ms };
    if (scheduleSlots !== null) {
      const simulation = simulate(crew, { slots: scheduleSlots, durations, capacities, ...limited });
      yield { id, kind: 'schedule', simulation };
    }
    for (const slots of curve) {
      const { makespan_ms: makespanMs } = simulate(crew, { slots, durations, capacities, ...limited });
      yield { id, kind: 'point', slots, makespanMs };
    }
  } catch (error) {
    yield { id, kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
