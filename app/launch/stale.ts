import { guardrailsOf } from '../../shared/crew/guardrails.ts';
import { isKnownBy, knowledgeSettingsOf } from '../../shared/crew/knowledge.ts';
import { agentsOfFile, crewOfFile } from '../../shared/crew/link.ts';
import { hasMemory } from '../../shared/crew/memory.ts';
import { hasPerformer } from '../../shared/crew/performers.ts';
import {
  fillJson,
  fillPlaceholders,
  joinValues,
  type Values,
  withFilledPaths,
} from '../../shared/crew/placeholders.ts';
import { definitionsFor } from '../../shared/crew/resolve-tools.ts';
import type { Crew, Task } from '../../shared/crew/schema.ts';
import { guidanceOf } from '../../shared/crew/training.ts';
import type { FileContent } from '../../shared/run/events.ts';
import { tasksByName } from '../../shared/run/expansion/crew-around.ts';
import { fileTaskOf } from '../../shared/run/expansion/task-names.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { TaskState } from '../../shared/run/task-state.ts';
import { sha256 } from '../base/hash.ts';
import type { NamedFiles } from '../base/named-files.ts';
import { FileContents } from '../engine/cache/file-contents.ts';
import type { LoadedRun } from './load-run.ts';
import type { ModelChoice } from './models.ts';

/** A crew with the models and inputs of one run. */
export interface CrewVersion {
  crew: Crew;
  agents: ReadonlyMap<string, ModelChoice>;
  rehearsal: boolean;
  /** The scripts of its tools, and its training file. */
  scripts: NamedFiles;
  /** Values for `{placeholders}`, which override those of the file. */
  inputs: Values;
}

/**
 * Returns the tasks of the crew `now` whose results in a run are stale, each with a reason phrase that follows the task
 * name. Excludes tasks that only depend on a stale task. A task without a result is neither stale nor current.
 *
 * A result is stale if something that it was made from differs: the filled texts of the task, its agent, tools and
 * model, its output checks, its context or a file; or if a context result is newer. A reused stale result stays stale.
 * `files` contains, by task, a file that changed since the run.
 */
export function staleTasks(
  run: RunState,
  then: CrewVersion,
  now: CrewVersion,
  files: ReadonlyMap<string, string>,
): Map<string, string> {
  const stale = new Map<string, string>();
  for (const { name } of now.crew.tasks) {
    const task = run.tasks.get(name);
    if (task?.status !== 'completed') continue;
    const file = files.get(name);
    const ofFile = file === undefined ? null : `was made with ${file} as it was`;
    const reason = task.stale ?? changeOf(task, then, now) ?? ofFile ?? newerContext(run, task);
    if (reason !== null) stale.set(name, reason);
  }
  return stale;
}

function changeOf({ name, agent }: TaskState, then: CrewVersion, now: CrewVersion): string | null {
  const before = inputsOf(then, name, agent);
  const after = inputsOf(now, name, agent);
  const changed = Object.keys(after).filter((part) => JSON.stringify(before[part]) !== JSON.stringify(after[part]));
  return changed.length === 0 ? null : `has changed: ${changed.join(', ')}`;
}

/**
 * Returns, for each task, a file that its tools read or wrote and that was changed or deleted since the run. A file
 * that a later task of the same run overwrote does not count as changed.
 */
export async function changedFiles(
  { crew, state, started, texts }: LoadedRun,
  workspace: string,
): Promise<Map<string, string>> {
  const contents = new FileContents(workspace);
  const known = new Map<string, Set<string | null>>();
  const see = (file: string, hash: string | null) => known.set(file, (known.get(file) ?? new Set()).add(hash));
  for (const task of state.tasks.values()) for (const content of touchedBy(task)) see(content.file, content.sha256);
  for (const { name, output_file } of withFilledPaths(crew, joinValues(crew.inputs, started.inputs ?? {})).tasks) {
    if (output_file !== undefined) see(output_file, sha256(texts.get(name) ?? ''));
  }
  const changed = new Map<string, string>();
  for (const task of state.tasks.values()) {
    for (const { file, wrote } of touchedBy(task)) {
      const now = await contents.sha256(file);
      if (!known.get(file)?.has(now) || (wrote && now === null)) changed.set(fileTaskOf(task.name), file);
    }
  }
  return changed;
}

/** Every file that the task read or wrote, with each content that it read or wrote. */
function touchedBy(task: TaskState): FileContent[] {
  return [...task.files, ...task.turns.flatMap((turn) => turn.tools.flatMap(({ measured }) => measured?.files ?? []))];
}

/**
 * The reason if a context result is newer than the result of the task, as after a rerun of a single task. Run IDs sort
 * by time.
 */
function newerContext(run: RunState, task: TaskState): string | null {
  const id = run.started?.run ?? '';
  const origin = ({ reusedFrom }: TaskState) => reusedFrom ?? id;
  const newer = task.context.find((name) => {
    const before = run.tasks.get(name);
    return before?.status === 'completed' && origin(before) > origin(task);
  });
  return newer === undefined ? null : `was made from an older result of ${newer}`;
}

/** The keys of `for_each` that determine the items of a task and how their results are joined. */
function listOf(task: Task | undefined): unknown {
  if (!task?.for_each) return undefined;
  const { task: source, input, path, where, as, join, with_list } = task.for_each;
  return [source, input, path, where, as, join, with_list];
}

/** The files that the agents of a task know, and the settings for their use; null if they know no files. */
function knowledgeOf(crew: Crew, agents: readonly (string | null)[]): unknown {
  const known = agents.map((agent) => crew.knowledge.filter((entry) => isKnownBy(entry, agent ?? '')));
  const paths = known.map((entries) => entries.map(({ path }) => path));
  return paths.every((list) => list.length === 0) ? null : [paths, knowledgeSettingsOf(crew)];
}

/** The crew files that a task runs, what they are given, and the models of their agents. */
function stepOf(crew: Crew, task: Task, agents: CrewVersion['agents'], given: Values): unknown {
  const files = filesFrom(crew, task.crew ?? '', new Set());
  const hashes = [...files].map((path) => [path, crew.linked?.parts[path]?.sha256]);
  const people = [...files].flatMap((path) => (crew.linked ? agentsOfFile(crew, path) : []));
  const models = people.map(({ name }) => {
    const choice = agents.get(name);
    return choice && { ...choice, provider: choice.provider.name, fromFile: null };
  });
  return [hashes, models, task.inputs === undefined ? given : fillJson(task.inputs, given), task.result];
}

/** Adds a crew file and the files that its tasks run. */
function filesFrom(crew: Crew, file: string, found: Set<string>): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  for (const { crew: next } of crewOfFile(crew, file)?.tasks ?? [])
    if (next !== undefined) filesFrom(crew, next, found);
  return found;
}

/** The inputs of a task's result other than context results and files, by the labels that people read. */
function inputsOf({ crew, agents, rehearsal, inputs, scripts }: CrewVersion, name: string, assigned: string | null) {
  const task = tasksByName(crew).get(name);
  const people = crew.process === 'consensual' ? task?.agents : undefined;
  const council = people ?? (crew.process === 'consensual' ? [...agents.keys()] : [task?.agent ?? assigned]);
  const performers = task && !hasPerformer(task) ? [] : council;
  const given = joinValues(crew.inputs, inputs);
  const fill = (text: string | undefined) => (text === undefined ? null : fillPlaceholders(text, given));
  const agentNamed = (agent: string | null) => crew.agents.find((other) => other.name === agent);
  const parts: Record<string, unknown> = {
    description: fill(task?.description),
    'expected output': fill(task?.expected_output),
    context: task?.context ?? [],
    flow: [task?.when, task?.choices, task?.choose, task?.default_choice, task?.call, listOf(task), task?.repeat],
    agent: performers.map((performer) => {
      const agent = agentNamed(performer);
      return agent && [agent.name, fill(agent.role), fill(agent.goal), fill(agent.backstory), agent.allow_delegation];
    }),
    tools: performers.map((performer) => {
      const names = task?.tools ?? agentNamed(performer)?.tools ?? [];
      return [names, definitionsFor(names, crew, scripts)];
    }),
    'crew file': task?.crew === undefined ? null : stepOf(crew, task, agents, given),
    model: performers.map((performer) => {
      const choice = agents.get(performer ?? '');
      return choice && { ...choice, provider: choice.provider.name, fromFile: null };
    }),
    attachments: task?.attachments.map(fill) ?? [],
    knowledge: knowledgeOf(crew, performers),
    memory: performers.map((agent) => hasMemory(crew, agent ?? '')),
    output: [task?.output_schema, fill(task?.output_file), task && guardrailsOf(task)],
    guidance: guidanceOf(crew, (path) => scripts.get(path)?.text)[name] ?? [],
    rehearsal,
  };
  return parts;
}
