import { canBeVariable, RUN_VARIABLES } from '../expressions/environment.ts';
import { expressionProblems } from './check-flow.ts';
import { dependsOn, taskOfEntry } from './context.ts';
import { namesInText } from './placeholders.ts';
import type { UnlocatedProblem } from './unlocated-problem.ts';

/** A task, as far as the rules of `for_each` need it. */
export interface ForEachTask {
  name: string;
  context: readonly (string | { task: string })[];
  output_file?: string | undefined;
  for_each?:
    | { task?: string | undefined; input?: string | undefined; as?: string | undefined; where?: string | undefined }
    | undefined;
}

/** Checks the rules of `for_each` that combine several values. `index`: the position of the task in the file. */
export function forEachProblems(tasks: readonly ForEachTask[], task: ForEachTask, index: number): UnlocatedProblem[] {
  const { name, for_each, context } = task;
  if (!for_each) return [];
  const at = (key: string) => ['tasks', index, 'for_each', key];
  const { task: source, input } = for_each;
  if (source !== undefined && input !== undefined) {
    const message = `Task "${name}" has for_each.task and for_each.input. Keep one.`;
    return [{ code: 'two_keys', message, path: at('input') }];
  }
  if (source === undefined && input === undefined) {
    const message = `for_each of task "${name}" names no list. Set for_each.task or for_each.input.`;
    return [{ code: 'missing', message, path: ['tasks', index, 'for_each'] }];
  }
  const isUnknown = !tasks.some((other) => other.name === source);
  if (source !== undefined && !isUnknown && !dependsOn({ context }, source)) {
    const message = `Task "${name}" runs for each item of "${source}", which is not in its context. Add it.`;
    return [{ code: 'for_each_context', message, path: at('task') }];
  }
  return [...filterProblems(task, index), ...sameFile(tasks, task, index)];
}

/** Checks `where`. The name of its item must be one that expressions can use. */
function filterProblems({ name, for_each, context }: ForEachTask, index: number): UnlocatedProblem[] {
  const { where, as = 'item' } = for_each ?? {};
  if (where === undefined || where === '') return [];
  if (!canBeVariable(as)) {
    const message = `Task "${name}" names its item "${as}", which "where" cannot use. Use another name, such as "item".`;
    return [{ code: 'invalid_expression', message, path: ['tasks', index, 'for_each', 'as'] }];
  }
  const place = { key: 'where', task: name, path: ['tasks', index, 'for_each', 'where'] };
  return expressionProblems(where, [...RUN_VARIABLES, as, 'index'], new Set(context.map(taskOfEntry)), place);
}

/** Returns a problem if all items write one file, because its path contains nothing of the item. */
function sameFile(tasks: readonly ForEachTask[], task: ForEachTask, index: number): UnlocatedProblem[] {
  const { name, output_file: file } = task;
  if (file === undefined) return [];
  const ofItems = new Set(['index', ...itemNames(tasks, task)]);
  if (namesInText(file).some((placeholder) => ofItems.has(placeholder.split('.')[0] ?? ''))) return [];
  const message = `Every item of "${name}" writes ${file}. Add {index} to it.`;
  return [{ code: 'same_output_file', message, path: ['tasks', index, 'output_file'] }];
}

/** Returns the names of the items that the texts of a task can use: its own, and those of the tasks before it. */
export function itemNames(tasks: readonly ForEachTask[], task: ForEachTask): string[] {
  const names: string[] = [];
  const seen = new Set<string>();
  for (let next: ForEachTask | undefined = task; next?.for_each && !seen.has(next.name); ) {
    seen.add(next.name);
    names.push(next.for_each.as ?? 'item');
    const source: string | undefined = next.for_each.task;
    next = tasks.find(({ name }) => name === source);
  }
  return names;
}
