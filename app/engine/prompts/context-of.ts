import type { PlanView } from '../../../shared/control/base/plan.ts';
import { choicesFrom, contextOf as namesOfContext } from '../../../shared/crew/context.ts';
import type { Task } from '../../../shared/crew/schema.ts';
import { parseJson } from '../../../shared/parse-json.ts';
import { instanceName } from '../../../shared/run/expansion/task-names.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { isExpanded } from '../../../shared/run/tasks-of-run.ts';
import type { ContextResult } from './prompt.ts';

/**
 * Returns what a task receives from its context: the item that it runs for in place of the list, and the results of the
 * other tasks. The results of a task with `for_each` are separate, unless it joins them to a text.
 */
export function contextOf(view: PlanView, task: Task): ContextResult[] {
  const item = view.itemOf(task.name);
  const chosen = namesOfContext(task).filter((name) => isDelivered(view.run, task, name));
  const others = item?.withList ? chosen : chosen.filter((name) => name !== item?.source);
  const results = others.flatMap((name) => resultsOf(view, name));
  if (item === null) return results;
  const heading = `Item ${item.index} of ${item.count}`;
  return [{ task: item.source ?? task.name, heading, text: item.text }, ...results];
}

/** Whether a task receives the result of a task of its context: it was chosen, and if only choice edges lead here, one matches. */
function isDelivered(run: RunState, task: Task, name: string): boolean {
  const before = run.tasks.get(name);
  if (before?.status === 'not_chosen') return false;
  const wanted = task.context.includes(name) ? null : choicesFrom(task, name);
  if (wanted === null || before?.status !== 'completed') return true;
  return wanted.some((choice) => before.choices?.includes(choice));
}

function resultsOf({ run, resultOf }: PlanView, name: string): ContextResult[] {
  const text = resultOf(name);
  const state = run.tasks.get(name);
  const declared = state && run.crew.tasks[state.index];
  if (
    text === null ||
    !state ||
    !isExpanded(state) ||
    state.expansion?.kind !== 'for_each' ||
    declared?.for_each?.join !== undefined
  )
    return [{ task: name, text }];
  const results = parseJson(text);
  if (!Array.isArray(results)) return [{ task: name, text }];
  return results.map((result: unknown, index) => ({ task: instanceName(name, index + 1), text: textOf(result) }));
}

function textOf(result: unknown): string | null {
  if (result === null) return null;
  return typeof result === 'string' ? result : JSON.stringify(result, null, 2);
}
