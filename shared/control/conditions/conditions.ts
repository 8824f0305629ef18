import type { Task } from '../../crew/schema.ts';
import { RUN_VARIABLES } from '../../expressions/environment.ts';
import type { Condition } from '../../expressions/evaluate-expression.ts';
import { parseExpression, type Reference } from '../../expressions/parse-expression.ts';
import { parseJson } from '../../parse-json.ts';
import { namedContext, namedFrom } from '../../run/expansion/named-context.ts';
import { roundName } from '../../run/expansion/task-names.ts';
import type { RunState } from '../../run/state.ts';

/** The tasks of which an expression is being evaluated. The journal contains only the values. */
export class Conditions {
  readonly #requested = new Set<string>();

  /** Whether an evaluation is in progress. */
  get isBusy(): boolean {
    return this.#requested.size > 0;
  }

  /** Returns the first task that no evaluation was requested for; null if there is none. */
  next(waiting: readonly string[]): string | null {
    return waiting.find((task) => !this.#requested.has(task)) ?? null;
  }

  /** Whether an expression of the task is being evaluated. */
  isRequested(task: string): boolean {
    return this.#requested.has(task);
  }

  requested(task: string): void {
    this.#requested.add(task);
  }

  evaluated(task: string): void {
    this.#requested.delete(task);
  }
}

/** What the variables of an expression are made of. */
export interface Given {
  run: RunState;
  tasks: ReadonlyMap<string, Task>;
  inputs: Readonly<Record<string, unknown>>;
  /** Returns the text of a task's result; null if it has none. */
  resultOf(task: string): string | null;
}

/** A task, and its name in an expression. */
interface Named {
  task: string;
  name: string;
}

/** Returns an expression with its variables: the tasks in `names`, and the inputs. Only outputs that it names are included. */
export function conditionOf(expression: string, names: readonly Named[], given: Given): Condition {
  const { run, inputs } = given;
  const parsed = parseExpression(expression, [...RUN_VARIABLES, 'round']);
  const used = parsed.ok ? outputsIn(parsed.references) : null;
  const outputs: Record<string, unknown> = Object.create(null);
  const statuses: Record<string, unknown> = Object.create(null);
  const choices: Record<string, unknown> = Object.create(null);
  for (const { task, name } of names) {
    const state = run.tasks.get(task);
    if (!state) continue;
    statuses[name] = state.status;
    if (state.choices !== null) choices[name] = state.choices;
    const text = state.status === 'completed' && used?.has(name) !== false ? given.resultOf(task) : null;
    if (text !== null) outputs[name] = outputValue(given.tasks.get(task), text);
  }
  return { expression, variables: { outputs, statuses, choices, inputs } };
}

/** Returns a task's `when` with its variables; null if it has none. */
export function whenOf(task: Task, given: Given): Condition | null {
  return task.when === undefined ? null : conditionOf(task.when, namedContext(task), given);
}

/**
 * Returns the `until` of a loop with its variables, after its last round; null if the loop has not begun. It names the
 * tasks of the loop and the context of the task that ends it.
 */
export function untilOf(closing: Task, given: Given): Condition | null {
  const { crew, tasks } = given.run;
  const round = tasks.get(closing.name)?.expansion?.round ?? null;
  if (closing.repeat === undefined || round === null) return null;
  const loop = (crew.loops?.[closing.name] ?? []).map(({ name }) => roundName(name, round));
  const last = given.tasks.get(roundName(closing.name, round));
  const others = (last ? namedContext(last) : []).filter(({ task }) => !loop.includes(task));
  const names = [...loop.flatMap((name) => namedFrom(roundName(closing.name, round), name)), ...others];
  const { expression, variables } = conditionOf(closing.repeat.until, names, given);
  return { expression, variables: { ...variables, round } };
}

/** Returns the names below `outputs`; null if the expression uses the variable as a whole. */
function outputsIn(references: readonly Reference[]): ReadonlySet<string> | null {
  const outputs = references.filter(({ variable }) => variable === 'outputs');
  const names = outputs.flatMap(({ name }) => name ?? []);
  return names.length < outputs.length ? null : new Set(names);
}

/** A result as a value of expressions: parsed if it has a schema or is a list, otherwise `{ text }`. */
export function outputValue(task: Task | undefined, text: string): unknown {
  const value = parseJson(text);
  const isParsed = value !== undefined && (task?.output_schema !== undefined || Array.isArray(value));
  return isParsed ? value : { text };
}
