import { type ASTNode, Environment } from '@marcbachmann/cel-js';
import { MAX_EXPRESSION_CHARACTERS } from '../crew/expression-length.ts';

/** The variables of `when`. `where`, `until` and guardrails add their own. */
export const RUN_VARIABLES: readonly string[] = ['outputs', 'statuses', 'choices', 'inputs'];

/**
 * Returns an environment that knows these variables, all of any type. Numbers of results are doubles, as in JSON. The
 * standard has no arithmetic between doubles and the whole numbers of an expression, so the operators for both are
 * added: `outputs.count.events % 2 == 0` is what people write.
 */
export function environmentOf(variables: readonly string[]): Environment {
  const limits = { maxDepth: 100, maxAstNodes: MAX_EXPRESSION_CHARACTERS };
  const environment = new Environment({ homogeneousAggregateLiterals: false, limits });
  for (const variable of new Set(variables)) environment.registerVariable(variable, 'dyn');
  for (const [operator, apply] of Object.entries(ARITHMETIC)) {
    environment.registerOperator(`int ${operator} double: double`, apply);
    environment.registerOperator(`double ${operator} int: double`, apply);
  }
  environment.registerOperator('double % double: double', ARITHMETIC['%']);
  return environment;
}

/** Whether expressions can use a variable of this name: not a word of the language, such as `in` or `list`. */
export function canBeVariable(name: string): boolean {
  try {
    const { op, args } = environmentOf([name]).parse(name).ast;
    return op === 'id' && args === name;
  } catch {
    return false;
  }
}

type Operation = (left: number | bigint, right: number | bigint) => number;

const ARITHMETIC: Readonly<Record<'+' | '-' | '*' | '/' | '%', Operation>> = {
  '+': (left, right) => Number(left) + Number(right),
  '-': (left, right) => Number(left) - Number(right),
  '*': (left, right) => Number(left) * Number(right),
  '/': (left, right) => Number(left) / Number(right),
  '%': (left, right) => Number(left) % Number(right),
};

/** A failure of the library: its sentence, and the column where it is known, from 1. */
export interface ExpressionError {
  message: string;
  column: number | null;
  /** The code of the library, such as `no_such_key`; null for other errors. */
  code: string | null;
}

/** Returns what the library threw as an error with its column. Anything else is an expression that is too deep. */
export function expressionError(error: unknown): ExpressionError {
  if (!(error instanceof Error) || !('summary' in error) || typeof error.summary !== 'string')
    return { message: 'It is nested too deeply', column: null, code: null };
  const { summary, code, range } = error as Error & { summary: string; code?: string; range?: ASTNode['range'] };
  return {
    message: code === 'invalid_macro_argument' && summary.startsWith('has()') ? HAS : plain(summary),
    column: range === undefined ? null : range.start + 1,
    code: code ?? null,
  };
}

const HAS = 'has() needs a field, such as outputs.a. Use "größe" in outputs for other names';

function plain(summary: string): string {
  return summary.replace('Unexpected token: EOF', 'The expression is not complete').replace(/\.$/, '');
}
