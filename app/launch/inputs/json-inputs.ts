import { type Node, type ParseError, parseTree } from 'jsonc-parser';
import type { Problem } from '../../../shared/crew/problem.ts';
import type { Json } from '../../../shared/json.ts';
import { MAX_JSON_DEPTH, tooDeepAt } from '../../../shared/parse-json.ts';
import { LineIndex } from '../../crew-file/line-index.ts';
import { locateProblems } from '../../crew-file/locate-problems.ts';
import { countProblems, inputsProblem, type ReadInputs, type Values } from './inputs.ts';

const EXPECTED =
  'Use an object of values such as { "topic": "bees" } for one run, or a list of such objects for a batch.';
const PLAIN_JSON = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

/** Parses the inputs of one run (an object of any values) or the rows of a batch (a list of such objects). */
export function jsonInputs(text: string): ReadInputs {
  const deep = tooDeepAt(text);
  if (deep !== null) {
    const message = `The file is nested more than ${MAX_JSON_DEPTH} levels deep. ${EXPECTED}`;
    return { ok: false, problems: [inputsProblem(message, new LineIndex(text).at(deep))] };
  }
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, PLAIN_JSON);
  const [error] = errors;
  if (!tree || error) {
    const place = new LineIndex(text).at(error?.offset ?? 0);
    return { ok: false, problems: [inputsProblem(`The file is not valid JSON. ${EXPECTED}`, place)] };
  }
  const problems: Problem[] = [];
  if (tree.type !== 'array') {
    const values = valuesOf(text, tree, '', problems);
    return problems.length > 0 ? refused(text, problems) : { ok: true, inputs: { kind: 'run', values } };
  }
  const given = tree.children ?? [];
  problems.push(...countProblems(given.length));
  const rows = problems.length > 0 ? [] : given.map((row, at) => valuesOf(text, row, `[${at}]`, problems));
  return problems.length > 0 ? refused(text, problems) : { ok: true, inputs: { kind: 'batch', rows, notes: [] } };
}

function refused(text: string, problems: readonly Problem[]): ReadInputs {
  return { ok: false, problems: locateProblems(text, problems) };
}

/** Reads the values of one object. Adds problems to `problems`. */
function valuesOf(text: string, node: Node, path: string, problems: Problem[]): Values {
  if (node.type !== 'object') {
    problems.push(inputsProblem(`This entry is not an object. ${EXPECTED}`, { path }));
    return {};
  }
  const values = new Map<string, Json>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    const name = String(key?.value);
    const at = { path: path === '' ? name : `${path}.${name}` };
    if (values.has(name)) problems.push(inputsProblem(`Duplicate name "${name}" in this object.`, at));
    else if (value) values.set(name, jsonOf(text, value));
  }
  return Object.fromEntries(values);
}

/** A number that JavaScript would write differently, such as a very long one or `1.50`, becomes a text as written. */
function jsonOf(text: string, { type, value, offset, length, children = [] }: Node): Json {
  switch (type) {
    case 'object':
      return Object.fromEntries(
        children.flatMap(({ children: [key, inside] = [] }) =>
          inside ? [[String(key?.value), jsonOf(text, inside)] as const] : [],
        ),
      );
    case 'array':
      return children.map((child) => jsonOf(text, child));
    case 'number': {
      const written = text.slice(offset, offset + length);
      return JSON.stringify(value) === written ? value : written;
    }
    default:
      return value;
  }
}
