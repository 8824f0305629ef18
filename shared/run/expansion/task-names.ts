/**
 * Names of tasks that are not in the crew file: `chapter#2` is the task `chapter` for its second item, and `chapter#2/draft`
 * is the task `draft` of the crew file that `chapter#2` runs. `write@2` is the task `write` in the second round of a loop.
 * Names of a file contain neither `#` nor `/` nor `@`, so that no two tasks have one name.
 */

/** Returns the name of the instance of a task for an item; `index` counts from 1. */
export function instanceName(task: string, index: number): string {
  return `${task}#${index}`;
}

/** Returns the name of a task of the crew file that a task runs. */
export function innerName(step: string, task: string): string {
  return `${step}/${task}`;
}

/** Returns the name of a task in a round of a loop; `round` counts from 1. */
export function roundName(task: string, round: number): string {
  return `${task}@${round}`;
}

/** The task that a task joined the run for. `index` and `round` are null for a task of a crew file that `of` runs. */
export interface Instance {
  of: string;
  /** Its item, from 1. */
  index: number | null;
  /** Its round in a loop, from 1. */
  round: number | null;
}

/** Returns the task that a task joined the run for. Null for a task of the run's own file. */
export function instanceOf(name: string): Instance | null {
  const [, of, kind, number] = /^(.+)([#@])(\d+)$/s.exec(name) ?? [];
  if (of !== undefined) {
    const at = Number(number);
    return kind === '#' ? { of, index: at, round: null } : { of, index: null, round: at };
  }
  const step = stepAround(name);
  return step === null ? null : { of: step, index: null, round: null };
}

/** Returns the round of a task, or of the task that it is an instance of; null outside of a loop. */
export function roundOf(name: string): number | null {
  const [, round] = /@(\d+)(?:#\d+)?$/.exec(localName(name)) ?? [];
  return round === undefined ? null : Number(round);
}

/** Returns a name without its round. */
export function withoutRound(name: string): string {
  return name.replace(/@\d+((?:#\d+)?)$/, '$1');
}

/** Returns the task whose crew file contains a task; null if that is the run's own file. */
export function stepAround(name: string): string | null {
  const at = name.lastIndexOf('/');
  return at === -1 ? null : name.slice(0, at);
}

/** Returns the name of a task inside its crew file, with its item. */
export function localName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** Returns the task of the run's own file that a task comes from: the task itself, or the one that expanded to it. */
export function fileTaskOf(name: string): string {
  const at = name.search(/[#/]|(?!^)@/);
  return at === -1 ? name : name.slice(0, at);
}

/** Returns the name of a task without its items and rounds: all instances of a task have one, such as `chapter/draft`. */
export function withoutItems(name: string): string {
  return /[#@]/.test(name) ? name.replaceAll(/[#@]\d+/g, '') : name;
}

/** Returns the value that applies to a task: its own, or that of all instances of the task. */
export function ofTaskOrFile<Value>(values: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return values[name] ?? values[withoutItems(name)];
}

/** Returns the name of the pool that limits how many instances of a task run at the same time. No file can name it. */
export function parallelPool(task: string): string {
  return `${task} (parallel)`;
}

/** Returns the name of the sequential lane of the crew that a task runs. No file can name it. */
export function lanePool(step: string): string {
  return `${step} (lane)`;
}

/** Whether a pool belongs to the tasks of one expansion, so that other runs of a batch do not share it. */
export function isParallelPool(pool: string): boolean {
  return pool.endsWith(' (parallel)') || pool.endsWith(' (lane)');
}
