import type { Node } from 'jsonc-parser';
import type { Problem } from '../../shared/crew/problem.ts';
import { type Path, pathText } from '../../shared/crew/unlocated-problem.ts';
import { LineIndex } from './line-index.ts';

/** The maximum number of problems that are reported for a file. */
export const MAX_PROBLEMS = 100;

/** The code of the problem that counts the problems that are not listed. It has no location. */
export const MORE_PROBLEMS = 'more_problems';

/** Names and values in messages are cut at this length. */
const MAX_TEXT = 2000;

/**
 * Finds values in the tree of a JSON text. The cost of a lookup does not depend on the number of keys and entries, so
 * that files with many problems are checked in linear time.
 */
export class JsonIndex {
  readonly #tree: Node;
  readonly #places: LineIndex;
  readonly #values = new WeakMap<Node, ReadonlyMap<string, Node>>();

  constructor(text: string, tree: Node) {
    this.#tree = tree;
    this.#places = new LineIndex(text);
  }

  /** The line and column of an offset, both from 1. */
  at(offset: number): { line: number; column: number } {
    return this.#places.at(offset);
  }

  /**
   * Returns the offset of the value at `path` or of its key. If the value is missing, returns the offset of its nearest
   * existing parent.
   */
  offsetOf(path: Path, atKey = false): number {
    let node = this.#tree;
    for (const [depth, step] of path.entries()) {
      const next = this.#child(node, step);
      if (!next) return node.offset;
      if (atKey && depth === path.length - 1) return (next.parent ?? next).offset;
      node = next;
    }
    return node.offset;
  }

  #child(node: Node, step: string | number): Node | undefined {
    if (node.type === 'array') return typeof step === 'number' ? node.children?.[step] : undefined;
    if (node.type !== 'object') return undefined;
    const known = this.#values.get(node) ?? valuesOf(node);
    this.#values.set(node, known);
    return known.get(String(step));
  }
}

/** Returns the values of an object by key; for a key that occurs twice, the first value. */
function valuesOf({ children = [] }: Node): ReadonlyMap<string, Node> {
  const values = new Map<string, Node>();
  for (const { children: [key, value] = [] } of children) {
    const name = String(key?.value);
    if (value && !values.has(name)) values.set(name, value);
  }
  return values;
}

/** A problem without its message, which only reported problems need. */
export interface LocatedFinding {
  code: string;
  message: string;
  path: Path;
  offset: number;
}

/**
 * Returns the problems of a text in the order of their locations: the first `MAX_PROBLEMS`, and one that counts the
 * others.
 */
export function problemsIn(index: JsonIndex, findings: readonly LocatedFinding[]): Problem[] {
  const sorted = findings.toSorted((a, b) => a.offset - b.offset);
  const problems = sorted.slice(0, MAX_PROBLEMS).map(({ code, message, path, offset }) => ({
    code,
    message: shortened(message),
    path: shortened(pathText(path)),
    ...index.at(offset),
  }));
  return capped(problems, sorted.length);
}

/** Returns at most `MAX_PROBLEMS` of a list, and one problem that counts the others. @param count the total number */
export function capped(problems: readonly Problem[], count = problems.length): Problem[] {
  const first = problems.slice(0, MAX_PROBLEMS);
  const others = count - first.length;
  if (others === 0) return first;
  const message = `There ${others === 1 ? 'is 1 more problem' : `are ${others} more problems`}. Correct these first.`;
  return [...first, { code: MORE_PROBLEMS, message, path: '', line: 0, column: 0 }];
}

function shortened(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT / 2)}…${text.slice(-MAX_TEXT / 2)}`;
}
