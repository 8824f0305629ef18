import { contextOf, entryWithTask, taskOfEntry } from '../../crew/context.ts';
import type { Guardrail } from '../../crew/guardrails.ts';
import { crewOfFile, nameInRun } from '../../crew/link.ts';
import type { Crew, Task } from '../../crew/schema.ts';
import { titleOf } from '../../crew/titles.ts';
import { crewAround } from './crew-around.ts';
import { innerName, lanePool, stepAround } from './task-names.ts';

/**
 * Returns the crew of a run after a task that runs a crew file expanded: the tasks of the file follow it, and it waits
 * for them besides its own context. Tasks of the file without context have the context of the task. `files`: the output
 * files of the tasks, by their names in the file.
 */
export function growStep(crew: Crew, name: string, files: Readonly<Record<string, string>>): Crew {
  const at = crew.tasks.findIndex((task) => task.name === name);
  const step = crew.tasks[at];
  const inner = step?.crew === undefined ? undefined : crewOfFile(crew, step.crew);
  if (!step || !inner || isGrown(step)) return crew;
  const added = inner.tasks.map((task) => innerTask(crew, step, inner, task, files[task.name]));
  const parent = { ...step, context: [...step.context, ...added.map((task) => task.name)] };
  const tasks = [...crew.tasks.slice(0, at), parent, ...added, ...crew.tasks.slice(at + 1)];
  const lane = inner.tasks.some((task) => !task.async) ? [{ name: lanePool(name), capacity: 1 }] : [];
  return { ...crew, tasks, pools: [...crew.pools, ...lane] };
}

/** Whether a task that runs a crew file has expanded to the tasks of the file. */
export function isGrown({ name, crew, context }: Task): boolean {
  return crew !== undefined && context.some((entry) => isInside(taskOfEntry(entry), name));
}

/** Returns the context that a task that runs a crew file has of its own, without the tasks of the file. */
export function ownContext({ name, context }: Task): Task['context'] {
  return context.filter((entry) => !isInside(taskOfEntry(entry), name));
}

/** Returns the tasks of a crew file whose results are the result of a step that runs it, by their names in the run. */
export function resultTasks(crew: Crew, { name, crew: file, result }: Task): readonly string[] {
  const inner = file === undefined ? undefined : crewOfFile(crew, file);
  if (!inner) return [];
  if (result !== undefined) return [innerName(name, result)];
  const used = new Set(inner.tasks.flatMap(contextOf));
  return inner.tasks.filter((task) => !used.has(task.name)).map((task) => innerName(name, task.name));
}

function isInside(task: string, step: string): boolean {
  return stepAround(task) === step;
}

/** Settings of the file become values of its tasks. All other settings are those of the run. */
function innerTask(crew: Crew, step: Task, inner: Crew, task: Task, output_file: string | undefined): Task {
  const { output_file: _, guardrail, guardrails, for_each, repeat, agent, agents, ...rest } = task;
  const { settings } = inner;
  const file = step.crew ?? '';
  const inRun = (name: string) => innerName(step.name, name);
  const lane = task.async ? [] : [{ pool: lanePool(step.name), units: 1 }];
  return {
    ...rest,
    name: inRun(task.name),
    title: `${titleOf(step)}: ${titleOf(task)}`,
    context:
      task.context.length === 0
        ? ownContext(step)
        : task.context.map((entry) => entryWithTask(entry, inRun(taskOfEntry(entry)))),
    // The lane of the file is a pool, because each instance has its own.
    async: true,
    resources: [...task.resources.map(({ pool, units }) => ({ pool: poolInRun(crew, step, pool), units })), ...lane],
    timeout_s: task.timeout_s ?? settings.task_timeout_s,
    retries: task.retries ?? settings.retries,
    on_dependency_failure: task.on_dependency_failure ?? settings.on_dependency_failure,
    ...(agent === undefined ? {} : { agent: nameInRun(file, agent) }),
    ...(agents === undefined ? {} : { agents: agents.map((name) => nameInRun(file, name)) }),
    ...(guardrail === undefined ? {} : { guardrail: ruleInRun(file, guardrail) }),
    ...(guardrails === undefined ? {} : { guardrails: guardrails.map((rule) => ruleInRun(file, rule)) }),
    ...(for_each === undefined
      ? {}
      : { for_each: for_each.task === undefined ? for_each : { ...for_each, task: inRun(for_each.task) } }),
    ...(repeat === undefined
      ? {}
      : { repeat: repeat.from === undefined ? repeat : { ...repeat, from: inRun(repeat.from) } }),
    ...(output_file === undefined ? {} : { output_file }),
  };
}

function ruleInRun(file: string, rule: Guardrail): Guardrail {
  return 'agent' in rule && rule.agent !== undefined ? { ...rule, agent: nameInRun(file, rule.agent) } : rule;
}

/** If the crew that runs a file has a pool of the same name, the tasks of the file use that pool. */
function poolInRun(crew: Crew, step: Task, pool: string): string {
  let file: string | null = step.crew ?? null;
  for (let around: string | null = step.name; around !== null; around = stepAround(around)) {
    const outer = crewAround(crew, around);
    if (!outer.crew.pools.some(({ name }) => name === pool)) break;
    file = outer.file;
  }
  return nameInRun(file, pool);
}
