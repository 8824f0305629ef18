import { outputFile } from '../crew/check.ts';
import { crewOfFile } from '../crew/link.ts';
import { fileKey, namesFile } from '../crew/output-path.ts';
import { fillPlaceholders } from '../crew/placeholders.ts';
import type { Crew, Task } from '../crew/schema.ts';
import { titleOf } from '../crew/titles.ts';
import { tasksByName } from '../run/expansion/crew-around.ts';
import { resultTasks } from '../run/expansion/grow-step.ts';
import { innerName, localName } from '../run/expansion/task-names.ts';
import { completeTask } from './complete-task.ts';
import type { ControlState } from './control-state.ts';
import { refuse } from './expand-items.ts';
import { tooManyTasks } from './expansion/items.ts';
import { ranksOfStep } from './expansion/ranks-of-step.ts';
import { inputsFor } from './expansion/values.ts';
import { startedOf } from './run-facts.ts';

/** Adds the tasks of the crew file that a task runs to the run. The task fails if that is not possible. */
export function expandStep(control: ControlState, step: Task): void {
  const problem = addTasks(control, step);
  if (problem !== null) refuse(control, step.name, problem);
}

function addTasks(control: ControlState, step: Task): string | null {
  const { run, results } = control;
  const { name, crew: file = '' } = step;
  const part = run.crew.linked?.parts[file];
  if (!part) return `The crew file ${file} is not part of the run. Start a new run.`;
  const { tasks } = part.crew;
  const files = filesOf(control, step, tasks);
  const problem = tooManyTasks(name, run.tasks.size, tasks.length) ?? fileProblem(run.crew, step, tasks, files);
  if (problem !== null) return problem;
  control.emit({
    type: 'task.expanded',
    task: name,
    kind: 'crew',
    count: tasks.length,
    crew: part.sha256,
    ranks: ranksOfStep(startedOf(run).ranks, name, part.crew),
    ...(Object.keys(files).length === 0 ? {} : { files }),
  });
  results.grow(run.crew);
  return null;
}

/** Completes a task with the result of the crew file that it ran, after writing it to the task's `output_file`. */
export function joinStep(control: ControlState, step: Task): void {
  const { completed } = control;
  const { name, output_file: file } = step;
  const text = resultOf(control, step);
  if (file === undefined) completeTask(control, name, text);
  else {
    completed.writing(name, { text, notes: {} });
    control.effect({ type: 'writeFile', id: { type: 'task', task: name }, file, text });
  }
}

/** The result of the only task whose result counts, or the results of all of them below headings. */
function resultOf({ run, results }: ControlState, step: Task): string {
  const inner = step.crew === undefined ? undefined : crewOfFile(run.crew, step.crew);
  const given = resultTasks(run.crew, step).flatMap((name) => {
    const text = results.of(name);
    const task = inner?.tasks.find((one) => one.name === localName(name));
    return text === null ? [] : [{ text, title: task ? titleOf(task) : localName(name) }];
  });
  const [only] = given;
  if (only && given.length === 1) return only.text;
  return given.map(({ title, text }) => `## ${title}\n\n${text}`).join('\n\n');
}

/** Returns the output files of the tasks of a file. Those of lists are filled when the lists are known. */
function filesOf(control: ControlState, step: Task, tasks: readonly Task[]): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { name, output_file: file, for_each } of tasks) {
    if (file === undefined) continue;
    const values = inputsFor(control.values, innerName(step.name, name));
    files[name] = for_each ? file : fillPlaceholders(file, values);
  }
  return files;
}

function fileProblem(
  crew: Crew,
  step: Task,
  tasks: readonly Task[],
  files: Readonly<Record<string, string>>,
): string | null {
  const writers = new Map<string, string>();
  for (const { name, output_file: file } of tasksByName(crew).values())
    if (file !== undefined) writers.set(fileKey(file), name);
  for (const { name, for_each } of tasks) {
    const file = files[name];
    if (file === undefined || for_each) continue;
    const task = innerName(step.name, name);
    const [refused] = outputFile({ name: task, output_file: file }, []);
    if (refused) return refused.message;
    if (!namesFile(file)) return `Task "${task}" writes "${file}", which does not end with the name of a file.`;
    if (/\{outputs\.[^{}]+\}/.test(file))
      return `Task "${task}" writes "${file}". Its name cannot depend on a result that is made in this run.`;
    const other = writers.get(fileKey(file));
    if (other !== undefined)
      return `Tasks "${other}" and "${task}" write the same file, "${file}". Put an input into the path, such as {index}.`;
    writers.set(fileKey(file), task);
  }
  return null;
}
