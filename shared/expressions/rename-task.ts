import type { ASTNode } from '@marcbachmann/cel-js';
import { environmentOf, RUN_VARIABLES } from './environment.ts';
import { childrenOf } from './parse-expression.ts';

const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;
const OF_TASKS: ReadonlySet<string> = new Set(['outputs', 'statuses', 'choices']);

interface Replacement {
  start: number;
  end: number;
  text: string;
}

/**
 * Returns an expression with a task renamed. An expression that cannot be read is unchanged.
 * @param variables the variables that it can use besides those of `when`
 */
export function renameTaskIn(expression: string, from: string, to: string, variables: readonly string[] = []): string {
  const ast = astOf(expression, [...RUN_VARIABLES, ...variables]);
  if (ast === null) return expression;
  const replacements = replacementsIn(ast, from, to).sort((a, b) => b.start - a.start);
  return replacements.reduce(
    (text, { start, end, text: replacement }) => `${text.slice(0, start)}${replacement}${text.slice(end)}`,
    expression,
  );
}

function astOf(expression: string, variables: readonly string[]): ASTNode | null {
  try {
    return environmentOf(variables).parse(expression).ast;
  } catch {
    return null;
  }
}

function replacementsIn(node: ASTNode, from: string, to: string): Replacement[] {
  const variable = variableOf(node, from);
  if (variable !== null) {
    const text = IDENTIFIER.test(to) ? `${variable}.${to}` : `${variable}[${JSON.stringify(to)}]`;
    return [{ start: node.range.start, end: node.range.end, text }];
  }
  if (node.op === 'call' && node.args[0] === 'has' && !IDENTIFIER.test(to)) {
    const [, [field]] = node.args;
    const object = field === undefined ? null : variableOf(field, from);
    // has() accepts no name in brackets.
    if (object !== null)
      return [{ start: node.range.start, end: node.range.end, text: `${JSON.stringify(to)} in ${object}` }];
  }
  return childrenOf(node).flatMap((child) => replacementsIn(child, from, to));
}

/** Returns the variable if a node is the field `name` of one with an entry per task; null otherwise. */
function variableOf(node: ASTNode, name: string): string | null {
  if (node.op !== '.' && node.op !== '[]') return null;
  const [object, field] = node.args;
  if (object.op !== 'id' || !OF_TASKS.has(object.args)) return null;
  const named = typeof field === 'string' ? field : field.op === 'value' ? field.args : null;
  return named === name ? object.args : null;
}
