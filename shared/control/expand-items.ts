import { outputFile } from '../crew/check.ts';
import { fileKey, namesFile } from '../crew/output-path.ts';
import { fillPlaceholders, joinValues, type Values, valueAt } from '../crew/placeholders.ts';
import type { Task } from '../crew/schema.ts';
import type { FilterResult } from '../expressions/evaluate-expression.ts';
import type { Json } from '../json.ts';
import { isAlignedWith } from '../run/expansion/grow-crew.ts';
import { namedContext } from '../run/expansion/named-context.ts';
import { instanceName, stepAround } from '../run/expansion/task-names.ts';
import { completeTask, taskEnded } from './complete-task.ts';
import { conditionOf } from './conditions/conditions.ts';
import type { ControlState } from './control-state.ts';
import { findItems, type ItemSource, type ItemsFound, tooManyItems, tooManyTasks } from './expansion/items.ts';
import { joinedResult } from './expansion/joined.ts';
import { itemFor } from './expansion/scope.ts';
import { inputsFor } from './expansion/values.ts';

/** Expands a task with `for_each`, or requests the evaluation of its `where` first. */
export function expandItems(control: ControlState, name: string): void {
  const task = control.tasks.get(name);
  if (!task?.for_each) return;
  const isAligned = isAlignedWith(control.run.crew, task);
  const found = isAligned ? countOfSource(control, task) : listOf(control, task);
  if (!found.ok) {
    refuse(control, name, found.message);
    return;
  }
  const { where, as } = task.for_each;
  if (where === undefined) expandTo(control, task, found.items);
  else {
    control.conditions.requested(name);
    const condition = conditionOf(where, namedContext(task), control.givenFor(name));
    control.effect({ type: 'filterItems', task: name, filter: { ...condition, as, items: found.items } });
  }
}

/** Handles the items that `where` keeps. They may come too late: the task or the run may have ended. */
export function itemsFiltered(control: ControlState, name: string, filtered: FilterResult): void {
  control.conditions.evaluated(name);
  const task = control.tasks.get(name);
  if (control.isOver || !task || control.run.tasks.get(name)?.status !== 'pending') return;
  const event = { type: 'task.condition', task: name, of: 'where' } as const;
  const list = listOf(control, task);
  if (!filtered.ok) {
    const message = `where of task "${name}": ${filtered.message}`;
    control.emit({ ...event, value: null, detail: message });
    fail(control, name, 'expression', message);
  } else if (!list.ok) refuse(control, name, list.message);
  else {
    const items = filtered.kept.flatMap((at) => list.items.slice(at, at + 1));
    control.emit({ ...event, value: true, detail: `where keeps ${items.length} of ${list.items.length}` });
    expandTo(control, task, items);
  }
}

function expandTo(control: ControlState, task: Task, items: readonly Json[]): void {
  const { results, run, recorder } = control;
  const { name } = task;
  const isAligned = isAlignedWith(run.crew, task);
  const scopes = items.map((item, index) =>
    scopeOf(control, task, { item, isAligned }, { index: index + 1, count: items.length }),
  );
  const filled = scopes.map((scope) => inFile(control, name, scope));
  const files = filesOf(task, filled);
  const tooMany = isAligned ? null : tooManyItems(task, items.length);
  const problem = tooMany ?? tooManyTasks(name, run.tasks.size, items.length) ?? fileProblem(task, files);
  if (problem !== null) {
    refuse(control, name, problem);
    return;
  }
  control.emit({
    type: 'task.expanded',
    task: name,
    kind: 'for_each',
    count: items.length,
    ...(isAligned ? {} : recorder.body(JSON.stringify(items))),
    ...titlesOf(task, filled),
    ...(files.length === 0 ? {} : { output_files: files }),
  });
  if (!isAligned) results.keepItems(name, items);
  results.grow(run.crew);
}

/** Fails a task that cannot expand. */
export function refuse(control: ControlState, task: string, message: string): void {
  fail(control, task, 'expansion', message);
}

function fail(control: ControlState, task: string, kind: 'expansion' | 'expression', message: string): void {
  control.emit({ type: 'task.failed', task, kind, message });
  taskEnded(control, task);
}

/** Returns the items of the task's own list, before `where`. */
function listOf(control: ControlState, task: Task): ItemsFound {
  const { for_each } = task;
  const source = sourceOf(control, task);
  if (!for_each || !source)
    return { ok: false, message: `The list of ${task.name} cannot be read from the run's folder.` };
  return findItems(source, for_each);
}

function sourceOf({ values, results }: ControlState, { name: task, for_each }: Task): ItemSource | null {
  if (for_each?.task !== undefined) {
    const value = results.of(for_each.task);
    return value === null ? null : { name: for_each.task, kind: 'task', value };
  }
  const name = for_each?.input ?? '';
  const value = valueAt(inputsFor(values, task), name);
  return { name, kind: 'input', value: value ?? '' };
}

/** The items of an aligned task are the results of its source, which are not known yet. Their number is. */
function countOfSource({ run }: ControlState, { for_each }: Task): ItemsFound {
  const count = run.tasks.get(for_each?.task ?? '')?.expansion?.count ?? 0;
  return { ok: true, items: new Array<null>(count).fill(null) };
}

function scopeOf(
  control: ControlState,
  { for_each }: Task,
  { item, isAligned }: { item: Json; isAligned: boolean },
  own: { index: number; count: number },
): Values {
  if (!isAligned) return { [for_each?.as ?? 'item']: item, ...own };
  const before = itemFor(control.values, instanceName(for_each?.task ?? '', own.index));
  return { ...before?.scope, ...own };
}

/** Adds the inputs of a crew file that a task runs. Those of the run are filled in later. */
function inFile(control: ControlState, task: string, scope: Values): Values {
  return stepAround(task) === null ? scope : joinValues(inputsFor(control.values, task), scope);
}

function titlesOf({ title }: Task, scopes: readonly Values[]): { titles?: string[] } {
  if (title === undefined || !title.includes('{') || scopes.length === 0) return {};
  return { titles: scopes.map((scope) => fillPlaceholders(title, scope)) };
}

function filesOf({ output_file: file }: Task, scopes: readonly Values[]): string[] {
  return file === undefined ? [] : scopes.map((scope) => fillPlaceholders(file, scope));
}

/** Returns why the output files of instances cannot be used: two are equal, or one leaves the workspace. */
function fileProblem({ name }: Task, files: readonly string[]): string | null {
  const seen = new Set<string>();
  for (const [index, file] of files.entries()) {
    const instance = instanceName(name, index + 1);
    const [refused] = outputFile({ name: instance, output_file: file }, []);
    if (refused) return refused.message;
    if (!namesFile(file)) return `Task "${instance}" writes "${file}", which does not end with the name of a file.`;
    if (seen.has(fileKey(file))) return `Several items of ${name} write "${file}". Add {index} to output_file.`;
    seen.add(fileKey(file));
  }
  return null;
}

/** Joins the results of the instances of a task with `for_each`. */
export function joinItems(control: ControlState, name: string): void {
  const { results, run, tasks } = control;
  const state = run.tasks.get(name);
  const task = tasks.get(name);
  if (!state || !task?.for_each) return;
  const count = state.expansion?.count ?? 0;
  const texts = Array.from({ length: count }, (_, index) => results.of(instanceName(name, index + 1)));
  const isJson = task.output_schema !== undefined;
  completeTask(control, name, joinedResult(texts, { join: task.for_each.join, isJson }));
}
