import type { Crew } from '../../crew/schema.ts';
import { SimulatedRun } from './simulated-run.ts';
import type { Simulation, SimulationOptions } from './simulation.ts';

/**
 * Returns the schedule that the run's own scheduler produces for known durations, in virtual time. Without `limits`,
 * `failures` and `reviewMs`, nothing but slots, pools and the sequential lane makes a task wait.
 */
export function simulate(crew: Crew, options: SimulationOptions): Simulation {
  return new SimulatedRun(crew, options).run();
}
