import type { Crew } from '../../crew/schema.ts';
import type { Json } from '../../json.ts';
import { tasksByName } from '../../run/expansion/crew-around.ts';
import { isAlignedWith } from '../../run/expansion/grow-crew.ts';
import { instanceName, instanceOf } from '../../run/expansion/task-names.ts';
import type { ItemOfTask } from '../base/plan.ts';
import { jsonIn } from './json-in.ts';

/** Where items come from. */
export interface ItemsOfRun {
  crew: Crew;
  /** Returns the items of a task that has expanded; undefined if they are the results of another task. */
  itemsOf(task: string): readonly Json[] | undefined;
  countOf(task: string): number;
  resultOf(task: string): string | null;
}

/** Returns the item of a task; null for a task that is not an instance. */
export function itemFor(run: ItemsOfRun, name: string): ItemOfTask | null {
  const instance = instanceOf(name);
  if (instance?.index == null) return null;
  const parent = tasksByName(run.crew).get(instance.of);
  if (!parent?.for_each) return null;
  const { index, of } = instance;
  const { task: source, as, with_list: withList } = parent.for_each;
  const count = run.countOf(of);
  if (source === undefined || !isAlignedWith(run.crew, parent)) {
    const item = run.itemsOf(of)?.[index - 1] ?? null;
    const scope = { [as]: item, index, count };
    return { index, count, text: textOf(item), source: source ?? null, withList, scope };
  }
  const before = instanceName(source, index);
  const result = run.resultOf(before) ?? '';
  const inner = itemFor(run, before)?.scope ?? {};
  const scope = { ...inner, [as]: jsonIn(result) ?? result, index, count };
  return { index, count, text: result, source: before, withList: false, scope };
}

function textOf(item: Json): string {
  return typeof item === 'string' ? item : JSON.stringify(item, null, 2);
}
