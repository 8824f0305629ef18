import { fillPlaceholders, withFilledPaths } from '../../shared/project/placeholders.ts';
import type { Crew } from '../../shared/project/schema.ts';
import type { FileContent } from '../../shared/run/events.ts';
import type { RunState, TaskState } from '../../shared/run/state.ts';
import { sha256 } from '../base/hash.ts';
import { FileContents } from '../engine/cache/file-contents.ts';
import type { LoadedRun } from './load-run.ts';
import type { ModelChoice } from './models.ts';

/** A crew as it was run, or would be. */
export interface CrewVersion {
  project: Crew;
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
 * tools and model, what an answer has to be, the names of its context, a file; or when a result of its context is younger.
 * One that was stale when it was kept stays so. `files`: for each task a file of its that has changed since the run.
 */
export function staleTasks(
  run: RunState,
  then: CrewVersion,
  now: CrewVersion,
  files: ReadonlyMap<string, string>,
): Map<string, string> {
  const stale = new Map<string, string>();
  for (const { name } of now.project.tasks) {
    const task = run.tasks.get(name);
    if (task?.status !== 'completed') continue;
    const file = files.get(name);
    const ofFile = file === undefined ? null : `was made with ${file} as it was`;
    const reason = task.stale ?? changeOf(task, then, now) ?? ofFile ?? youngerContext(run, task);
    if (reason !== null) stale.set(name, reason);
  }
  return stale;
}

function changeOf({ name, agent }: TaskState, then: CrewVersion, now: CrewVersion): string | null {
  const before = madeFrom(then, name, agent);
  const after = madeFrom(now, name, agent);
  const changed = Object.keys(after).filter((part) => JSON.stringify(before[part]) !== JSON.stringify(after[part]));
  return changed.length === 0 ? null : `has changed: ${changed.join(', ')}`;
}

/**
 * For each task a file that its tools read or wrote and that holds by now what nothing in the run had found or left there:
 * it was changed, or is gone, since. A file that one task wrote over after another had read it is as the run left it.
 */
export async function changedFiles({ project, state, started, texts }: LoadedRun): Promise<Map<string, string>> {
  const contents = new FileContents(started.settings.workspace);
  const known = new Map<string, Set<string | null>>();
  const see = (file: string, hash: string | null) => known.set(file, (known.get(file) ?? new Set()).add(hash));
  for (const task of state.tasks.values()) for (const content of touchedBy(task)) see(content.file, content.sha256);
  for (const { name, output_file } of withFilledPaths(project, { ...project.inputs, ...started.inputs }).tasks) {
    if (output_file !== undefined) see(output_file, sha256(texts.get(name) ?? ''));
  }
  const changed = new Map<string, string>();
  for (const task of state.tasks.values()) {
    for (const { file, wrote } of touchedBy(task)) {
      const now = await contents.sha256(file);
      if (!known.get(file)?.has(now) || (wrote && now === null)) changed.set(task.name, file);
    }
  }
  return changed;
}

/** Every file that it read or wrote, and each content that it found or left there. */
function touchedBy(task: TaskState): FileContent[] {
  return [...task.files, ...task.turns.flatMap((turn) => turn.tools.flatMap(({ measured }) => measured?.files ?? []))];
}

/** Names of runs sort by time. A rerun of one task leaves those that were made from its older result. */
function youngerContext(run: RunState, task: TaskState): string | null {
  const id = run.started?.run ?? '';
  const origin = ({ reusedFrom }: TaskState) => reusedFrom ?? id;
  const younger = task.context.find((name) => {
    const before = run.tasks.get(name);
    return before?.status === 'completed' && origin(before) > origin(task);
  });
  return younger === undefined ? null : `was made from an older result of ${younger}`;
}

/** What a task's result is made from, besides the results and files that it reads, by what a person calls it. */
function madeFrom({ project, agents, rehearsal, inputs }: CrewVersion, name: string, assigned: string | null) {
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
    output: [task?.output_schema, fill(task?.output_file), task?.guardrail],
    rehearsal,
  };
  return parts;
}
