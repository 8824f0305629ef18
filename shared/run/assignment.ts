import { needsAgent } from '../crew/performers.ts';
import type { Crew } from '../crew/schema.ts';

/** Whether the manager chooses agents before some of the tasks can start. */
export function needsAssignment(crew: Crew): boolean {
  return crew.tasks.some((task) => needsAgent(crew, task));
}

/** The name of the crew's manager, or null. */
export function managerOf(crew: Crew): string | null {
  return crew.agents.find((agent) => agent.manager)?.name ?? null;
}
