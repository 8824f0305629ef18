import type { ForEach } from '../../crew/for-each.ts';
import type { Task } from '../../crew/schema.ts';
import type { Json } from '../../json.ts';
import { atPointer } from '../../json-pointer.ts';
import { MOST_TASKS } from '../../run/expansion/most-tasks.ts';
import { jsonIn } from './json-in.ts';

export type ItemsFound = { ok: true; items: readonly Json[] } | { ok: false; message: string };

/** What contains a list: the result of a task, or an input. */
export interface ItemSource {
  name: string;
  kind: 'task' | 'input';
  /** A text that contains JSON, or the JSON itself. */
  value: Json;
}

/** Returns all items of a list, in order, or why there are none, for a person. */
export function findItems(source: ItemSource, { path = '' }: ForEach): ItemsFound {
  const json = typeof source.value === 'string' ? jsonIn(source.value) : source.value;
  if (json === undefined)
    return refused(`${nameOf(source)} is not JSON, and for_each needs a list. ${ADVICE[source.kind]}`);
  const value = atPointer(json, path);
  const place = path === '' ? '' : ` at "${path}"`;
  if (value === undefined)
    return refused(`${nameOf(source)} has nothing${place}. Correct for_each.path. ${ADVICE[source.kind]}`);
  if (!Array.isArray(value))
    return refused(
      `${nameOf(source)} has ${typeName(value)}${place}, and for_each needs a list. ${ADVICE[source.kind]}`,
    );
  return { ok: true, items: value };
}

/** Returns why a task cannot run for this number of items; null if it can. */
export function tooManyItems({ for_each }: Pick<Task, 'for_each'>, count: number): string | null {
  if (!for_each || count <= for_each.max) return null;
  const { task, input, where, max } = for_each;
  const gave = task === undefined ? `The input ${input} has` : `${task} gave`;
  const items = where === undefined ? `${count} items` : `${count} items for which "where" is true`;
  return `${gave} ${items}, and for_each.max is ${max}. Raise it, or ask for fewer.`;
}

/** Returns why a run cannot have this number of further tasks; null if it can. */
export function tooManyTasks(task: string, tasks: number, further: number): string | null {
  if (tasks + further <= MOST_TASKS) return null;
  return `${task} would add ${further} tasks to the ${tasks} of the run, which can have ${MOST_TASKS}. Ask for fewer items.`;
}

const ADVICE = {
  task: 'Give the task an output_schema, so that its answer has the list.',
  input: 'Correct the value of the input.',
} as const;

function nameOf({ name, kind }: ItemSource): string {
  return kind === 'task' ? `The result of ${name}` : `The input ${name}`;
}

function typeName(value: Json): string {
  if (value === null) return 'null';
  switch (typeof value) {
    case 'string':
      return 'a text';
    case 'number':
      return 'a number';
    case 'boolean':
      return `the value ${value}`;
    default:
      return 'an object';
  }
}

function refused(message: string): ItemsFound {
  return { ok: false, message };
}
