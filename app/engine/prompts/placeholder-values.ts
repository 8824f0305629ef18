import type { PlanView } from '../../../shared/control/base/plan.ts';
import { contextOf } from '../../../shared/crew/context.ts';
import { joinValues, type Values } from '../../../shared/crew/placeholders.ts';
import type { Task } from '../../../shared/crew/schema.ts';
import type { Json } from '../../../shared/json.ts';
import { parseJson } from '../../../shared/parse-json.ts';

/**
 * Returns the values that the placeholders of a task can use: the inputs, those of its item, and `outputs`, the results
 * of its context. Results are parsed only if a placeholder uses them.
 */
export function placeholderValues(view: PlanView, task: Task, inputs: Values): Values {
  const given = joinValues(inputs, view.itemOf(task.name)?.scope ?? {});
  const tasks = new Map(view.run.crew.tasks.map((each) => [each.name, each]));
  return Object.defineProperty({ ...given }, 'outputs', {
    enumerable: true,
    get: () =>
      Object.fromEntries(
        contextOf(task).flatMap((name) => {
          const text = view.resultOf(name);
          return text === null ? [] : [[name, outputOf(text, tasks.get(name))]];
        }),
      ),
  });
}

/** A result in placeholders: parsed if the task has an `output_schema` or gave an array, otherwise its text. */
function outputOf(text: string, task: Task | undefined): Json {
  // What `parseJson` returns is JSON.
  const value = parseJson(text) as Json | undefined;
  return value !== undefined && (task?.output_schema !== undefined || Array.isArray(value)) ? value : text;
}
