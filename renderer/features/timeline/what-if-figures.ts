import { predictedCriticalPath } from '../../../shared/control/virtual/predict.ts';
import { type Simulation, withCapacities } from '../../../shared/control/virtual/simulation.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { formatDuration, formatPercent } from '../../../shared/figures/format.ts';
import { ASSIGNMENT } from '../../../shared/run/events.ts';
import { estimatedWork, lowerBound } from '../../../shared/scheduler/lower-bound.ts';

const TASKS_NAMED = 4;

/** The lower bound in milliseconds with other durations, capacities and slots; a task without a duration takes no time. */
export function boundOf(
  crew: Crew,
  durations: Readonly<Record<string, number>>,
  capacities: Readonly<Record<string, number>>,
  slots: number,
): number | null {
  const changed = withCapacities(crew, capacities);
  const names = [...crew.tasks.map(({ name }) => name), ASSIGNMENT];
  const lengths = names.map((name) => [name, { ms: durations[name] ?? 0, from: 'history' as const }]);
  const work = estimatedWork(changed, Object.fromEntries(lengths));
  return work === null ? null : lowerBound(changed, work, slots).ms;
}

/** `3.64 s, -9.0%`: the makespan without the changes, and by how much the changes lengthen it. */
export function comparisonText(makespanMs: number, baseMs: number): string {
  if (baseMs === 0) return formatDuration(baseMs);
  const change = makespanMs / baseMs - 1;
  return `${formatDuration(baseMs)}, ${change > 0 ? '+' : ''}${formatPercent(change)}`;
}

/** The critical path of a simulated schedule: its first `most` tasks, and the number of the others. */
export function pathText(crew: Crew, { tasks }: Simulation, most = TASKS_NAMED): string {
  const path = predictedCriticalPath(crew, tasks);
  const named = path.slice(0, most).join(' → ');
  return path.length > most ? `${named} → ${path.length - most} more` : named;
}
