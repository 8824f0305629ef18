import type { Crew } from '../project/schema.ts';

/** Whether the manager chooses agents before some of the tasks can start. */
export function needsAssignment(project: Crew): boolean {
  return project.process === 'hierarchical' && project.tasks.some((task) => task.agent === undefined);
}

/** The name of the crew's manager, or null. */
export function managerOf(project: Crew): string | null {
  return project.agents.find((agent) => agent.manager)?.name ?? null;
}
