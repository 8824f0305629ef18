import { RUN_VARIABLES } from '../expressions/environment.ts';
import { parseExpression } from '../expressions/parse-expression.ts';
import { stepProblems } from './check-step.ts';
import { taskOfEntry } from './context.ts';
import type { LooseTask } from './loose.ts';
import type { Path, UnlocatedProblem } from './unlocated-problem.ts';

/** The choices of each task by its name; empty for a task that is not a router. */
export type Routers = ReadonlyMap<string, readonly string[]>;

/** Checks the keys that decide whether a task runs: choice edges, `when`, and the choices of a router. */
export function flowProblems(task: LooseTask, routers: Routers, at: (...path: Path) => Path): UnlocatedProblem[] {
  return [
    ...choiceEdges(task, routers, at),
    ...defaultChoice(task, at),
    ...condition(task, at),
    ...twoKeys(task, at),
    ...stepProblems(task, at),
  ];
}

function choiceEdges(task: LooseTask, routers: Routers, at: (...path: Path) => Path): UnlocatedProblem[] {
  return task.context.flatMap((entry, place) => {
    if (typeof entry === 'string') return [];
    const choices = routers.get(entry.task);
    if (choices === undefined) return [];
    const wanted = typeof entry.choice === 'string' ? [entry.choice] : entry.choice;
    return wanted
      .filter((choice) => !choices.includes(choice))
      .map((choice) => unknownChoice(entry.task, choice, choices, at('context', place, 'choice')));
  });
}

function defaultChoice({ name, choices = [], default_choice }: LooseTask, at: (...path: Path) => Path) {
  if (default_choice === undefined || choices.includes(default_choice)) return [];
  return [unknownChoice(name, default_choice, choices, at('default_choice'))];
}

function unknownChoice(router: string, choice: string, choices: readonly string[], path: Path): UnlocatedProblem {
  const what =
    choices.length === 0
      ? `It has no choices. Add "choices" to "${router}".`
      : `Its choices are ${choices.join(', ')}.`;
  return { code: 'unknown_choice', message: `"${router}" has no choice "${choice}". ${what}`, path };
}

function condition(task: LooseTask, at: (...path: Path) => Path): UnlocatedProblem[] {
  if (task.when === undefined || task.when === '') return [];
  const place = { key: 'when', task: task.name, path: at('when') };
  return expressionProblems(task.when, RUN_VARIABLES, new Set(task.context.map(taskOfEntry)), place);
}

/** Where an expression is: its key and its task, for messages. */
export interface ExpressionPlace {
  key: string;
  task: string;
  path: Path;
}

/**
 * Checks an expression of a task: that it can be read, and that it names only tasks of `known`.
 * @param variables the names of variables that it can use
 */
export function expressionProblems(
  text: string,
  variables: readonly string[],
  known: ReadonlySet<string>,
  { key, task, path }: ExpressionPlace,
): UnlocatedProblem[] {
  const parsed = parseExpression(text, variables);
  if (!parsed.ok) {
    const { message, column } = parsed;
    const full = `"${key}" of task "${task}" cannot be read: ${message} (column ${column}). Correct it.`;
    return [{ code: 'invalid_expression', message: full, path }];
  }
  const named = parsed.references.flatMap(({ variable, name }) => (OF_TASKS.has(variable) ? (name ?? []) : []));
  return [...new Set(named)]
    .filter((name) => !known.has(name))
    .map((name) => {
      const message = `"${key}" of task "${task}" uses "${name}", which is not in its context. Add it.`;
      return { code: 'not_in_context', message, path };
    });
}

/** The variables with an entry per task. */
const OF_TASKS: ReadonlySet<string> = new Set(['outputs', 'statuses', 'choices']);

/** Keys that say the same thing in different ways. */
const EXCLUSIVE = [
  ['agent', 'call'],
  ['agents', 'call'],
  ['agent', 'crew'],
  ['agents', 'crew'],
  ['crew', 'call'],
  ['guardrail', 'guardrails'],
] as const;

function twoKeys(task: LooseTask, at: (...path: Path) => Path): UnlocatedProblem[] {
  return EXCLUSIVE.filter((keys) => keys.every((key) => task[key] !== undefined)).map(([one, other]) => {
    const message = `Task "${task.name}" has ${one} and ${other}. Keep one.`;
    return { code: 'two_keys', message, path: at(other) };
  });
}
