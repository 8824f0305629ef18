import { fillPlaceholders } from '../../shared/project/placeholders.ts';
import type { Project } from '../../shared/project/schema.ts';
import type { RunState, TaskState } from '../../shared/run/state.ts';
import type { ModelChoice } from './models.ts';

/** A crew as it was run, or would be. */
export interface CrewAt {
  project: Project;
  agents: ReadonlyMap<string, ModelChoice>;
  rehearsal: boolean;
  /** Values for `{placeholders}`, over the file's own. */
  inputs: Readonly<Record<string, string>>;
}

/**
 * The tasks of the crew `now` whose results in a run are stale, each with the reason, in words that follow its name. What
 * only waits for one of them is not among them. A task without a result is neither stale nor current.
 *
 * A result is stale when something that it was made from differs: the task's own texts (filled), who does it, with which
 * tools and model, what an answer has to be, the names of its context; or when a result of its context is younger.
 */
export function staleTasks(run: RunState, then: CrewAt, now: CrewAt): Map<string, string> {
  const stale = new Map<string, string>();
  for (const { name } of now.project.tasks) {
    const task = run.tasks.get(name);
    if (task?.status !== 'completed') continue;
    const reason = changeOf(task, then, now) ?? youngerContext(run, task);
    if (reason !== null) stale.set(name, reason);
  }
  return stale;
}

function changeOf({ name, agent }: TaskState, then: CrewAt, now: CrewAt): string | null {
  const before = madeFrom(then, name, agent);
  const after = madeFrom(now, name, agent);
  const changed = Object.keys(after).filter((part) => JSON.stringify(before[part]) !== JSON.stringify(after[part]));
  return changed.length === 0 ? null : `has changed: ${changed.join(', ')}`;
}

/** Names of runs sort by time. A rerun of one task leaves those that were made from its older result. */
function youngerContext(run: RunState, task: TaskState): string | null {
  const id = run.started?.run ?? '';
  const origin = ({ keptFrom }: TaskState) => keptFrom ?? id;
  const younger = task.context.find((name) => {
    const before = run.tasks.get(name);
    return before?.status === 'completed' && origin(before) > origin(task);
  });
  return younger === undefined ? null : `was made from an older result of ${younger}`;
}

/** What a task's result is made from, besides the results and files that it reads, by what a person calls it. */
function madeFrom({ project, agents, rehearsal, inputs }: CrewAt, name: string, assigned: string | null) {
  const task = project.tasks.find((other) => other.name === name);
  const people = project.process === 'consensual' ? task?.agents : undefined;
  const doers = people ?? (project.process === 'consensual' ? [...agents.keys()] : [task?.agent ?? assigned]);
  const given = { ...project.inputs, ...inputs };
  const fill = (text: string | undefined) => (text === undefined ? null : fillPlaceholders(text, given));
  const agentNamed = (agent: string | null) => project.agents.find((other) => other.name === agent);
  const parts: Record<string, unknown> = {
    description: fill(task?.description),
    'expected output': fill(task?.expected_output),
    context: task?.context ?? [],
    agent: doers.map((doer) => {
      const agent = agentNamed(doer);
      return agent && [agent.name, fill(agent.role), fill(agent.goal), fill(agent.backstory), agent.allow_delegation];
    }),
    tools: doers.map((doer) => task?.tools ?? agentNamed(doer)?.tools ?? []),
    model: doers.map((doer) => {
      const choice = agents.get(doer ?? '');
      return choice && [choice.provider.name, choice.baseUrl, choice.model, choice.temperature, choice.maxTokens];
    }),
    output: [task?.output_schema, task?.output_file, task?.guardrail],
    rehearsal,
  };
  return parts;
}
