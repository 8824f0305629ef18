import '../jitless.ts';
import type { Project } from '../../shared/project/schema.ts';
import { type Simulation, simulate } from '../../shared/scheduler/simulate.ts';

/** Schedules to simulate, one after another; each answer carries the question's number. */
export interface WhatIfQuestion {
  id: number;
  /** Null: that of the question before. A large one takes long to hand over. */
  project: Project | null;
  durations: Readonly<Record<string, number>>;
  slots: readonly number[];
  capacities: Readonly<Record<string, number>>;
}

export interface WhatIfAnswer {
  id: number;
  slots: number;
  makespanMs: number;
  /** The whole schedule, of the first number of slots alone: handing over those of large crews holds up the page. */
  simulation: Simulation | null;
}

let newest = 0;
let project: Project | null = null;

/** After each schedule other messages get their turn, so a newer question ends an older one. */
self.onmessage = async ({ data }: MessageEvent<WhatIfQuestion>) => {
  newest = data.id;
  project = data.project ?? project;
  for (const [at, slots] of data.slots.entries()) {
    if (newest !== data.id || !project) return;
    const { durations, capacities } = data;
    const simulation = simulate(project, { slots, durations, capacities });
    const makespanMs = simulation.makespan_ms;
    self.postMessage({
      id: data.id,
      slots,
      makespanMs,
      simulation: at === 0 ? simulation : null,
    } satisfies WhatIfAnswer);
    await new Promise((resolve) => setTimeout(resolve));
  }
};
