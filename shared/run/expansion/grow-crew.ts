import { entryWithTask, taskOfEntry } from '../../crew/context.ts';
import { namesInText, plainInputName } from '../../crew/placeholders.ts';
import type { Crew, Task } from '../../crew/schema.ts';
import { titleOf } from '../../crew/titles.ts';
import { tasksByName } from './crew-around.ts';
import { growRounds } from './grow-rounds.ts';
import { growStep } from './grow-step.ts';
import { instanceName, parallelPool } from './task-names.ts';

/** How many instances a task has, and their texts that depend on items. A `task.expanded` event contains them. */
export interface Expansion {
  task: string;
  /** Default: `for_each`. */
  kind?: 'for_each' | 'crew' | 'repeat' | undefined;
  /** Of a loop: the round that begins, from 1. `task` is the task with `repeat`. */
  round?: number | undefined;
  count: number;
  /** The titles of the instances, if they depend on the items. */
  titles?: readonly string[] | undefined;
  /** The output files of the instances, if the task has one. */
  output_files?: readonly string[] | undefined;
  /** Of a task that runs a crew file: the output files of its tasks, by their names in the file. */
  files?: Readonly<Record<string, string>> | undefined;
}

/**
 * Returns the crew of a run after a task expanded: the instances follow their task, and the task waits for them in place
 * of its own context. The instances have the context of the task. All tasks of a run are defined here: everything that
 * works over the tasks of a run reads the crew that this function returns. An unknown task changes nothing.
 */
export function growCrew(crew: Crew, expansion: Expansion): Crew {
  if (expansion.kind === 'repeat') return growRounds(crew, expansion.task, expansion.round ?? 1);
  if (expansion.kind === 'crew') return growStep(crew, expansion.task, expansion.files ?? {});
  const at = crew.tasks.findIndex(({ name }) => name === expansion.task);
  const task = crew.tasks[at];
  if (!task?.for_each) return crew;
  const aligned = isAlignedWith(crew, task);
  const instances = Array.from({ length: expansion.count }, (_, at) => instance(task, expansion, at + 1, aligned));
  const parent = instances.length === 0 ? task : { ...task, context: instances.map(({ name }) => name) };
  const tasks = [...crew.tasks.slice(0, at), parent, ...instances, ...crew.tasks.slice(at + 1)];
  const { parallel } = task.for_each;
  if (parallel === undefined) return { ...crew, tasks };
  return { ...crew, tasks, pools: [...crew.pools, { name: parallelPool(task.name), capacity: parallel }] };
}

/** Whether a task waits for its instances: it has expanded to at least one. */
export function hasInstances({ name, context, for_each }: Task): boolean {
  return for_each !== undefined && context[0] === instanceName(name, 1);
}

function instance(task: Task, expansion: Expansion, index: number, aligned: boolean): Task {
  const { for_each, title: _title, output_file: _file, when: _when, context, ...rest } = task;
  const output_file = expansion.output_files?.[index - 1];
  const source = for_each?.task;
  return {
    ...rest,
    name: instanceName(task.name, index),
    title: expansion.titles?.[index - 1] ?? `${titleOf(task)} ${index}`,
    context: aligned
      ? context.map((entry) =>
          taskOfEntry(entry) === source ? entryWithTask(entry, instanceName(source, index)) : entry,
        )
      : context,
    resources:
      for_each?.parallel === undefined
        ? task.resources
        : [...task.resources, { pool: parallelPool(task.name), units: 1 }],
    ...(output_file === undefined ? {} : { output_file }),
  };
}

/**
 * Whether a task runs for each result of a task that has `for_each` itself: each instance depends only on the instance
 * of the source for the same item. A task whose list, title or output files depend on the results waits for all of them.
 */
export function isAlignedWith(crew: Crew, task: Task): boolean {
  return isAligned(task, (name) => tasksByName(crew).get(name));
}

/** The same, with a function that finds a task by name. */
export function isAligned(task: Task, taskNamed: (name: string) => Task | undefined): boolean {
  const { for_each, title = '', output_file: file = '' } = task;
  if (for_each?.task === undefined || for_each.path !== undefined || for_each.where !== undefined) return false;
  if ([title, file].some((text) => usesName(text, for_each.as))) return false;
  return taskNamed(for_each.task)?.for_each !== undefined;
}

function usesName(text: string, name: string): boolean {
  return namesInText(text).includes(plainInputName(name));
}
