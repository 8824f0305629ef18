import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { MAX_EXPRESSION_CHARACTERS } from '../crew/expression-length.ts';
import { type ExpressionError, environmentOf, expressionError } from './environment.ts';

/** The tasks that an expression names, below one of its variables: `outputs.TASK` or `outputs["TASK"]`. */
export interface Reference {
  variable: string;
  /** Null: the variable as a whole, or a name that only the evaluation knows. */
  name: string | null;
  /** Where the reference starts, from 1. */
  column: number;
}

export type ParsedExpression =
  | { ok: true; references: readonly Reference[] }
  | { ok: false; message: string; column: number };

/**
 * Checks an expression without evaluating it: its syntax, names of variables and functions, and that it gives true or
 * false. The result lists what it refers to.
 */
export function parseExpression(text: string, variables: readonly string[]): ParsedExpression {
  if (text.length > MAX_EXPRESSION_CHARACTERS)
    return { ok: false, message: `It has more than ${MAX_EXPRESSION_CHARACTERS} characters`, column: 1 };
  try {
    return parsed(environmentOf(variables), text);
  } catch (error) {
    return refused(expressionError(error));
  }
}

function parsed(environment: Environment, text: string): ParsedExpression {
  const { valid, type, error } = environment.check(text);
  if (!valid) return refused(expressionError(error));
  if (type !== 'bool' && type !== 'dyn')
    return { ok: false, message: `It gives ${typeText(type ?? '')}, not true or false`, column: 1 };
  const { ast } = environment.parse(text);
  return { ok: true, references: referencesIn(ast, new Set()) };
}

function refused({ message, column }: ExpressionError): ParsedExpression {
  return { ok: false, message, column: column ?? 1 };
}

function typeText(type: string): string {
  if (type === 'int' || type === 'uint' || type === 'double') return 'a number';
  if (type === 'string') return 'a text';
  if (type.startsWith('list')) return 'a list';
  return type === 'null' ? 'null' : `a value of type ${type}`;
}

/** Returns all references to variables. `bound`: names that a macro such as `exists` defines inside its argument. */
function referencesIn(node: ASTNode, bound: ReadonlySet<string>): Reference[] {
  const named = fieldOfVariable(node);
  if (named !== null) return bound.has(named.variable) ? [] : [named];
  if (node.op === 'id')
    return bound.has(node.args) ? [] : [{ variable: node.args, name: null, column: columnOf(node) }];
  if (node.op === 'rcall' && MACROS.has(node.args[0])) return macroReferences(node, bound);
  return childrenOf(node).flatMap((child) => referencesIn(child, bound));
}

const MACROS: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'map', 'filter']);

function macroReferences(node: Extract<ASTNode, { op: 'rcall' }>, bound: ReadonlySet<string>): Reference[] {
  const [, receiver, [variable, ...rest]] = node.args;
  const inner = variable?.op === 'id' ? new Set([...bound, variable.args]) : bound;
  return [...referencesIn(receiver, bound), ...rest.flatMap((argument) => referencesIn(argument, inner))];
}

/** `outputs.a` and `outputs["a"]`: a variable and the name of its field. */
function fieldOfVariable(node: ASTNode): Reference | null {
  if (node.op !== '.' && node.op !== '[]') return null;
  const [object, field] = node.args;
  if (object.op !== 'id') return null;
  const name = typeof field === 'string' ? field : field.op === 'value' ? field.args : null;
  return typeof name === 'string' ? { variable: object.args, name, column: columnOf(object) } : null;
}

function columnOf({ start }: ASTNode): number {
  return start + 1;
}

/** Returns the expressions directly inside another one. */
export function childrenOf(node: ASTNode): ASTNode[] {
  return typeof node.args === 'object' ? nodesIn(node.args) : [];
}

function nodesIn(value: unknown): ASTNode[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  return isNode(value) ? [value] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
