import { crewOfFile } from '../../crew/link.ts';
import { fillJson, joinValues, type Values } from '../../crew/placeholders.ts';
import type { Task } from '../../crew/schema.ts';
import type { Json } from '../../json.ts';
import { tasksByName } from '../../run/expansion/crew-around.ts';
import { namedContext } from '../../run/expansion/named-context.ts';
import { roundOf, stepAround } from '../../run/expansion/task-names.ts';
import { jsonIn } from './json-in.ts';
import { type ItemsOfRun, itemFor } from './scope.ts';

/** The sources of the values of placeholders. */
export interface ValuesOfRun extends ItemsOfRun {
  /** The inputs of the run. */
  inputs: Values;
}

/**
 * Returns the inputs of the crew file that contains a task: those of the run, or those of the task that runs the
 * file. If this task has no `inputs`, these are all values that it can use. They replace the inputs in the file.
 */
export function inputsFor(run: ValuesOfRun, name: string): Values {
  const step = stepAround(name);
  const task = step === null ? undefined : tasksByName(run.crew).get(step);
  if (step === null || task?.crew === undefined) return run.inputs;
  const ofFile = crewOfFile(run.crew, task.crew)?.inputs ?? {};
  const known = valuesFor(run, step);
  if (task.inputs === undefined) return joinValues(ofFile, known);
  const values = { ...known, outputs: outputsFor(run, task) };
  const given = Object.entries(task.inputs).map(([input, value]) => [input, fillJson(value, values)] as const);
  return joinValues(ofFile, Object.fromEntries(given));
}

/** Returns the values of the placeholders in the texts of a task: the inputs, its round, and the values of its item. */
export function valuesFor(run: ValuesOfRun, name: string): Values {
  const inputs = inputsFor(run, name);
  const item = itemFor(run, name);
  const round = roundOf(name);
  return item === null && round === null
    ? inputs
    : joinValues(inputs, item?.scope ?? {}, round === null ? {} : { round });
}

/** The results of a task's context, as `{outputs.NAME}` gives them: JSON if the task has a schema or gave a list, else a text. */
function outputsFor({ crew, resultOf }: ValuesOfRun, task: Task): Record<string, Json> {
  const outputs: Record<string, Json> = {};
  for (const { task: before, name } of namedContext(task)) {
    const text = resultOf(before);
    if (text === null) continue;
    const value = jsonIn(text);
    const isJson = tasksByName(crew).get(before)?.output_schema !== undefined || Array.isArray(value);
    outputs[name] = isJson && value !== undefined ? value : text;
  }
  return outputs;
}
