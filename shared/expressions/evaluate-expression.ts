import type { ASTNode } from '@marcbachmann/cel-js';
import { serialize } from '@marcbachmann/cel-js';
import { MAX_EXPRESSION_CHARACTERS } from '../crew/expression-length.ts';
import { environmentOf, expressionError } from './environment.ts';
import { childrenOf } from './parse-expression.ts';

/** An expression, and the JSON values of its variables. */
export interface Condition {
  expression: string;
  variables: Readonly<Record<string, unknown>>;
}

/** A filter of items: `as` is the variable of each item, and `index` its position, from 1. */
export interface Filter extends Condition {
  as: string;
  items: readonly unknown[];
}

export type EvaluationRequest = ({ type: 'condition' } & Condition) | ({ type: 'filter' } & Filter);

/** Why an expression has no value, as sentences for a person. A caller adds where the expression is. */
export interface EvaluationFailure {
  ok: false;
  message: string;
}

/** `detail`: the values that the expression used, for a person. */
export type ConditionResult = { ok: true; value: boolean; detail: string } | EvaluationFailure;
/** `kept`: the positions of the items for which the expression is true, from 0. */
export type FilterResult = { ok: true; kept: readonly number[] } | EvaluationFailure;

/** Evaluates expressions outside the thread of the caller, with limits of time and memory. */
export interface Evaluator {
  condition(condition: Condition): Promise<ConditionResult>;
  filter(filter: Filter): Promise<FilterResult>;
}

/** Evaluates in this thread. It ends at any error of the expression, but has no limit of time. */
export function evaluateCondition({ expression, variables }: Condition): ConditionResult {
  const values = valuesOf(variables);
  const compiled = compile(expression, Object.keys(variables));
  if (!compiled.ok) return compiled;
  const result = compiled.evaluate(values);
  return result.ok ? { ...result, detail: compiled.describe(values) } : result;
}

/** Evaluates a filter in this thread, like `evaluateCondition`. The first error ends it and names its item. */
export function filterItems({ expression, variables, as, items }: Filter): FilterResult {
  const compiled = compile(expression, [...Object.keys(variables), as, 'index']);
  if (!compiled.ok) return compiled;
  const values = valuesOf(variables);
  const kept: number[] = [];
  for (const [at, item] of items.entries()) {
    const result = compiled.evaluate({ ...values, [as]: mapped(item), index: at + 1 });
    if (!result.ok) return { ok: false, message: `Item ${at + 1}: ${result.message}` };
    if (result.value) kept.push(at);
  }
  return { ok: true, kept };
}

type Values = Record<string, unknown>;
type Compiled =
  | {
      ok: true;
      evaluate: (values: Values) => { ok: true; value: boolean } | EvaluationFailure;
      describe: (values: Values) => string;
    }
  | EvaluationFailure;

function compile(expression: string, variables: readonly string[]): Compiled {
  if (expression.length > MAX_EXPRESSION_CHARACTERS)
    return failure(`It has more than ${MAX_EXPRESSION_CHARACTERS} characters.`);
  const environment = environmentOf(variables);
  try {
    const evaluate = environment.parse(expression);
    return {
      ok: true,
      evaluate: (values) => booleanOf(() => evaluate(values)),
      describe: (values) => usedValues(evaluate.ast, (text) => environment.evaluate(text, values)),
    };
  } catch (error) {
    return thrown(error);
  }
}

function booleanOf(evaluate: () => unknown): { ok: true; value: boolean } | EvaluationFailure {
  try {
    const value = evaluate();
    if (typeof value === 'boolean') return { ok: true, value };
    return failure(`It gave ${shown(value)}, not true or false. Correct it.`);
  } catch (error) {
    return thrown(error);
  }
}

function thrown(error: unknown): EvaluationFailure {
  const { message, column, code } = expressionError(error);
  const where = column === null ? '' : ` (column ${column})`;
  return failure(`${message}${where}. ${code === 'no_such_key' ? 'Use has(…), or correct it.' : 'Correct it.'}`);
}

function failure(message: string): EvaluationFailure {
  return { ok: false, message };
}

function valuesOf(variables: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, mapped(value)]));
}

/** Objects become maps, because the library takes an object with a field `constructor` for an instance of a class. */
function mapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mapped);
  if (typeof value !== 'object' || value === null) return value;
  return new Map(Object.entries(value).map(([key, inner]) => [key, mapped(inner)]));
}

const MAX_SHOWN_VALUES = 5;
const MAX_SHOWN_CHARACTERS = 60;

/** Lists the fields that an expression used, with their values: "outputs.count.events is 3". */
function usedValues(ast: ASTNode, evaluate: (text: string) => unknown): string {
  const paths = [...new Set(pathsIn(ast))].slice(0, MAX_SHOWN_VALUES);
  const lines = paths.flatMap((path) => {
    try {
      return [`${path} is ${shown(evaluate(path))}`];
    } catch {
      return [];
    }
  });
  return lines.join(', ');
}

/** Returns the longest chains of fields that start at a variable. */
function pathsIn(node: ASTNode): string[] {
  if (isPath(node)) return [serialize(node)];
  return childrenOf(node).flatMap(pathsIn);
}

function isPath(node: ASTNode): boolean {
  if (node.op === '.') return node.args[0].op === 'id' || isPath(node.args[0]);
  if (node.op === '[]') return node.args[1].op === 'value' && (node.args[0].op === 'id' || isPath(node.args[0]));
  return false;
}

/** Returns a value as short JSON. */
function shown(value: unknown): string {
  const json = JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'bigint') return Number(inner);
    return inner instanceof Map ? Object.fromEntries(inner) : inner;
  });
  const text = json ?? String(value);
  return text.length > MAX_SHOWN_CHARACTERS ? `${text.slice(0, MAX_SHOWN_CHARACTERS)}…` : text;
}
