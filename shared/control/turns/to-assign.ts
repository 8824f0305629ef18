import { needsAgent } from '../../crew/performers.ts';
import type { Crew } from '../../crew/schema.ts';
import type { RunState } from '../../run/state.ts';
import type { ToAssign } from '../../slot/assignment.ts';

/**
 * Returns the tasks that wait for an assignment, and the agents to choose from. The instances of a task get its agent.
 */
export function toAssign(crew: Crew, run: RunState): ToAssign {
  const open = crew.tasks.filter((task) => {
    const state = run.tasks.get(task.name);
    return needsAgent(crew, task) && state?.agent === null && state.instance === null;
  });
  return {
    tasks: open.map((task) => task.name),
    agents: crew.agents.map((agent) => agent.name),
    titles: Object.fromEntries(open.flatMap(({ name, title }) => (title === undefined ? [] : [[name, title]]))),
    roles: Object.fromEntries(crew.agents.map(({ name, role }) => [name, role])),
  };
}
