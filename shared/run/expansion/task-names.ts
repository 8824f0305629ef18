/**
 * Names of tasks that are not in the crew file. A name of the file contains no `#`, so that an instance cannot have the
 * name of another task.
 */

/** Returns the name of the instance of a task for an item; `index` counts from 1. */
export function instanceName(task: string, index: number): string {
  return `${task}#${index}`;
}

/** Returns the task and the item (from 1) of an instance; null for a task of the file. */
export function instanceOf(name: string): { of: string; index: number } | null {
  const at = name.lastIndexOf('#');
  return at === -1 ? null : { of: name.slice(0, at), index: Number(name.slice(at + 1)) };
}

/** Returns the task of the file that a task comes from: the task itself, or that of an instance. */
export function fileTaskOf(name: string): string {
  const at = name.indexOf('#');
  return at === -1 ? name : name.slice(0, at);
}

/** Returns the value that applies to a task: its own, or that of the task of the file it comes from. */
export function ofTaskOrFile<Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return values[name] ?? values[fileTaskOf(name)];
}

/** Returns the name of the pool that limits how many instances of a task run at the same time. No file can name it. */
export function parallelPool(task: string): string {
  return `${task} (parallel)`;
}

/** Whether a pool limits the instances of a task, so that other runs of a batch do not share it. */
export function isParallelPool(pool: string): boolean {
  return pool.endsWith(' (parallel)');
}
