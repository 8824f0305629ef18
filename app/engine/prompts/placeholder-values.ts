import type { PlanView } from '../../../shared/control/base/plan.ts';
import type { Values } from '../../../shared/crew/placeholders.ts';
import type { Task } from '../../../shared/crew/schema.ts';
import type { Json } from '../../../shared/json.ts';
import { parseJson } from '../../../shared/parse-json.ts';
import { tasksByName } from '../../../shared/run/expansion/crew-around.ts';
import { namedContext } from '../../../shared/run/expansion/named-context.ts';

/**
 * Returns the values that the placeholders of a task can use: the inputs of its crew file, those of its item, and
 * `outputs`, the results of its context. Results are parsed only if a placeholder uses them.
 */
export function placeholderValues(view: PlanView, task: Task): Values {
  const given = view.valuesOf(task.name);
  const tasks = tasksByName(view.run.crew);
  return Object.defineProperty({ ...given }, 'outputs', {
    enumerable: true,
    get: () =>
      Object.fromEntries(
        namedContext(task).flatMap(({ task: before, name }) => {
          const text = view.resultOf(before);
          return text === null ? [] : [[name, outputOf(text, tasks.get(before))]];
        }),
      ),
  });
}

/** Returns the value of a result: parsed if the task has an `output_schema` or the result is a list, otherwise its text. */
function outputOf(text: string, task: Task | undefined): Json {
  // What `parseJson` returns is JSON.
  const value = parseJson(text) as Json | undefined;
  return value !== undefined && (task?.output_schema !== undefined || Array.isArray(value)) ? value : text;
}
