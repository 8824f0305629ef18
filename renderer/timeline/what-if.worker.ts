import '../jitless.ts';
import type { Project } from '../../shared/project/schema.ts';
import { type Simulation, simulate } from '../../shared/scheduler/simulate.ts';

/** Schedules to simulate, one after another; each answer carries the question's number. */
export interface WhatIfQuestion {
  id: number;
  /** Null: that of the question before. A large one takes long to hand over. */
  project: Project | null;
  durations: Readonly<Record<string, number>>;
  capacities: Readonly<Record<string, number>>;
  /** Of which number of slots the whole schedule is wanted, if of any: handing over a large one holds up the page. */
  scheduleSlots: number | null;
  /** Of which numbers of slots the makespan is. */
  curve: readonly number[];
}

export type WhatIfAnswer = { id: number } & (
  | { kind: 'schedule'; simulation: Simulation }
  | { kind: 'point'; slots: number; makespanMs: number }
);

let newest = 0;
let project: Project | null = null;

/** After each schedule other messages get their turn, so a newer question ends an older one. */
self.onmessage = async ({ data }: MessageEvent<WhatIfQuestion>) => {
  newest = data.id;
  project = data.project ?? project;
  const { id, durations, capacities, scheduleSlots, curve } = data;
  const answer = (given: WhatIfAnswer) => self.postMessage(given);
  if (project && scheduleSlots !== null) {
    const simulation = simulate(project, { slots: scheduleSlots, durations, capacities });
    answer({ id, kind: 'schedule', simulation });
  }
  for (const slots of curve) {
    await new Promise((resolve) => setTimeout(resolve));
    if (newest !== id || !project) return;
    const { makespan_ms: makespanMs } = simulate(project, { slots, durations, capacities });
    answer({ id, kind: 'point', slots, makespanMs });
  }
};
