import { agentsOfFile } from '../../crew/link.ts';
import type { Crew } from '../../crew/schema.ts';
import { assignmentFor } from '../../run/assignment.ts';
import { crewAround } from '../../run/expansion/crew-around.ts';
import type { RunState } from '../../run/state.ts';
import type { ToAssign } from '../../slot/assignment.ts';

/**
 * Returns the tasks that wait for an assignment, and the agents to choose from. The instances of a task get its agent.
 * @param assignment the name of the assignment
 */
export function toAssign(crew: Crew, run: RunState, assignment: string): ToAssign {
  const open = crew.tasks.filter((task) => {
    const state = run.tasks.get(task.name);
    return (
      state?.agent === null &&
      (state.instance?.index ?? state.instance?.round ?? null) === null &&
      assignmentFor(crew, task) === assignment
    );
  });
  const agents = agentsOfFile(crew, crewAround(crew, assignment).file);
  return {
    tasks: open.map((task) => task.name),
    agents: agents.map((agent) => agent.name),
    titles: Object.fromEntries(open.flatMap(({ name, title }) => (title === undefined ? [] : [[name, title]]))),
    roles: Object.fromEntries(agents.map(({ name, role }) => [name, role])),
  };
}
