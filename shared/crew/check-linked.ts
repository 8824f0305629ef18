import { itemNames } from './check-for-each.ts';
import { unusableFile } from './check-step.ts';
import { crewOfFile, fileOf, partsOf } from './link.ts';
import { crewNames } from './missing-inputs.ts';
import { firstSegment, isPath, namesInText, plainInputName } from './placeholders.ts';
import type { Problem } from './problem.ts';
import type { Crew, LinkedFiles, Task } from './schema.ts';
import { unplaced } from './unlocated-problem.ts';

/** Keys that a task with a crew file does not use: the tasks of the file have their own. */
const UNUSED = ['guardrail', 'guardrails', 'output_schema', 'tools', 'timeout_s', 'retries', 'cache'] as const;

/** Returns the problems that a crew has only together with the crew files that its tasks run. */
export function checkLinked(crew: Crew): Problem[] {
  return inSteps(crew, (step, inner, index) => [...sameFile(crew, step, inner, index), ...missing(step, inner, index)]);
}

/** Returns warnings: keys of tasks with a crew file, and settings of crew files, that have no effect. */
export function checkUnusedKeys(crew: Crew): Problem[] {
  const ofTasks = fileOf(crew).tasks.flatMap((task, index) => {
    if (task.crew === undefined) return [];
    const keys: string[] = UNUSED.filter((key) => task[key] !== undefined);
    if (task.human_review !== 'none') keys.push('human_review');
    return keys.map((key) =>
      problem(
        'unused_key',
        `Task "${task.name}" runs a crew file, so ${key} has no effect. Set it in the file.`,
        index,
        key,
      ),
    );
  });
  const ofFiles = inSteps(crew, ({ crew: file = '' }, inner, index) => {
    const keys = ignoredSettings(inner);
    const message = `Crew file "${file}": ${keys.join(', ')} ${keys.length === 1 ? 'has' : 'have'} no effect here. The settings of this crew apply.`;
    return keys.length === 0 ? [] : [problem('unused_key', message, index, 'crew')];
  });
  return [...ofTasks, ...ofFiles].map((found) => ({ ...found, severity: 'warning' }));
}

/** The settings of a crew file that the settings of the crew replace. */
function ignoredSettings({ settings }: Crew): string[] {
  const { max_concurrent_tasks: slots, cache, manager_review: isReviewed, slot_memory_mib: memory } = settings;
  const { max_rpm, max_tokens_per_minute, budget_usd, budget_tokens, workspace, prepare } = settings;
  const optional = { max_rpm, max_tokens_per_minute, budget_usd, budget_tokens, workspace, prepare };
  return [
    ...Object.entries(optional).flatMap(([key, value]) => (value === undefined ? [] : [key])),
    ...(slots === 8 ? [] : ['max_concurrent_tasks']),
    ...(cache === 'off' ? [] : ['cache']),
    ...(isReviewed ? ['manager_review'] : []),
    ...(memory === 1024 ? [] : ['slot_memory_mib']),
  ].sort();
}

/** Checks each task with a crew file. What a nested file contains is reported at a task of the run's own file. */
function inSteps(crew: Crew, check: (step: Task, inner: Crew, index: number) => Problem[]): Problem[] {
  const own = fileOf(crew);
  const first = own.tasks.findIndex((task) => task.crew !== undefined);
  const stepsOf = ({ tasks }: Crew, indexOf: (at: number) => number) =>
    tasks.flatMap((step, at) => {
      const inner = step.crew === undefined ? undefined : crewOfFile(crew, step.crew);
      return inner && crew.linked ? check(step, linkedPart(inner, crew.linked), indexOf(at)) : [];
    });
  return [...stepsOf(own, (at) => at), ...partsOf(crew).flatMap(([, part]) => stepsOf(part.crew, () => first))];
}

function linkedPart(part: Crew, { parts }: LinkedFiles): Crew {
  return { ...part, linked: { file: part, parts } };
}

/** Every item runs the same tasks, which must not write the same files. */
function sameFile({ tasks }: Crew, step: Task, inner: Crew, index: number): Problem[] {
  if (!step.for_each) return [];
  const ofItems = new Set(['index', ...itemNames(tasks, step)].map(plainInputName));
  const isOfItem = (text: string) => namesInText(text).some((name) => ofItems.has(plainInputName(firstSegment(name))));
  const varying = Object.entries(step.inputs ?? {}).filter(([, value]) => isOfItem(JSON.stringify(value)));
  const names = step.inputs === undefined ? ofItems : new Set(varying.map(([name]) => plainInputName(name)));
  const shared = inner.tasks.find(
    ({ output_file: file, for_each }) =>
      file !== undefined &&
      !for_each &&
      !namesInText(file).some((name) => names.has(plainInputName(firstSegment(name)))),
  );
  if (shared?.output_file === undefined) return [];
  const message = `Every item of "${step.name}" writes ${shared.output_file}. Add {index} to it.`;
  return [problem('same_output_file', message, index, 'crew')];
}

/** The placeholders of a crew file must have values. Without `inputs`, those of the crew are checked instead. */
function missing(step: Task, inner: Crew, index: number): Problem[] {
  const { inputs, crew: file = '', name } = step;
  if (inputs === undefined) return [];
  const known = new Set([...Object.keys(inner.inputs), ...Object.keys(inputs)].map(plainInputName));
  const used = crewNames(inner).flatMap(({ placeholders }) => placeholders.filter(isPath));
  const without = [...new Set(used)].filter((placeholder) => !known.has(plainInputName(firstSegment(placeholder))));
  return without.map((placeholder) => {
    const why = `{${placeholder}} has no value. Add "${firstSegment(placeholder)}" to the inputs of task "${name}", or write {{${placeholder}}}`;
    return problem('missing_input', unusableFile(file, why), index, 'inputs');
  });
}

function problem(code: string, message: string, index: number, key: string): Problem {
  return unplaced({ code, message, path: ['tasks', index, key] });
}
