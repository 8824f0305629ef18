import type { Agent, Crew } from '../../shared/project/schema.ts';
import { consensualAgents } from '../../shared/run/consensus.ts';
import type { ModelChoice } from './models.ts';

export interface FingerprintDeps {
  project: Crew;
  agents: ReadonlyMap<string, ModelChoice>;
  /** Null for a run that asks real models. */
  rehearsalSpeed: number | null;
}

/**
 * The canonical text of each task that its fingerprint is made of: texts, agent, tools, the names of its context,
 * provider and model (in `consensual` of all who propose and vote); rehearsals apart, and each speed of theirs for itself.
 * Title, category and layout are no part of it.
 */
export function canonicalTexts({ project, agents, rehearsalSpeed }: FingerprintDeps): (task: string) => string {
  const tasks = new Map(project.tasks.map((task) => [task.name, task]));
  const people = new Map(project.agents.map((agent) => [agent.name, agent]));
  const manager = project.agents.find((agent) => agent.manager);
  return (name) => {
    const task = tasks.get(name);
    const agent = people.get(task?.agent ?? '') ?? manager;
    const choice = agent && agents.get(agent.name);
    const council = task && project.process === 'consensual' ? consensualAgents(project, task) : [];
    return JSON.stringify([
      name,
      task?.description,
      task?.expected_output,
      task?.agent ?? null,
      agent && [agent.name, agent.role, agent.goal, agent.backstory],
      task?.tools ?? agent?.tools ?? [],
      task?.context ?? [],
      choice && [choice.provider.name, choice.baseUrl, choice.model],
      rehearsalSpeed,
      ...council.map((each) => member(people.get(each), agents.get(each))),
    ]);
  };
}

function member(agent: Agent | undefined, choice: ModelChoice | undefined): unknown {
  const asked = choice && [choice.provider.name, choice.baseUrl, choice.model];
  return [agent?.name, agent?.role, agent?.goal, agent?.backstory, agent?.tools, asked];
}
