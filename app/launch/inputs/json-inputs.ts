import { type ParseError, parseTree } from 'jsonc-parser';
import { z } from 'zod';
import type { Problem } from '../../../shared/project/problem.ts';
import { Places } from '../../project/places.ts';
import { placeProblems } from '../place.ts';
import { countProblems, inputsProblem, type ReadInputs, type Values } from './inputs.ts';

const EXPECTED =
  'Give an object of plain values such as { "topic": "bees" } for one run, or a list of such objects for a batch.';
const PLAIN_JSON = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

const valueSchema = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const objectSchema = z.record(z.string(), z.unknown());

/** The inputs of one run (an object of plain values), or the rows of a batch (a list of such objects). */
export function jsonInputs(text: string): ReadInputs {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, PLAIN_JSON);
  const [error] = errors;
  if (!tree || error) {
    const place = new Places(text).at(error?.offset ?? 0);
    return { ok: false, problems: [inputsProblem(`It is not JSON. ${EXPECTED}`, place)] };
  }
  const json: unknown = JSON.parse(text);
  const problems: Problem[] = [];
  if (!Array.isArray(json)) {
    const values = valuesOf(json, '', problems);
    return problems.length > 0 ? refused(text, problems) : { ok: true, inputs: { kind: 'run', values } };
  }
  problems.push(...countProblems(json.length));
  const rows = problems.length > 0 ? [] : json.map((row, at) => valuesOf(row, `[${at}]`, problems));
  return problems.length > 0 ? refused(text, problems) : { ok: true, inputs: { kind: 'batch', rows, notes: [] } };
}

function refused(text: string, problems: readonly Problem[]): ReadInputs {
  return { ok: false, problems: placeProblems(text, problems) };
}

/** What is wrong with it is added to `problems`. */
function valuesOf(json: unknown, path: string, problems: Problem[]): Values {
  const object = objectSchema.safeParse(json);
  if (!object.success) {
    problems.push(inputsProblem(`This is no object. ${EXPECTED}`, { path }));
    return {};
  }
  return Object.fromEntries(
    Object.entries(object.data).flatMap(([name, value]) => {
      const parsed = valueSchema.safeParse(value);
      if (parsed.success) return [[name, parsed.data]];
      const message = `The value of "${name}" is no text, number or truth value. ${EXPECTED}`;
      problems.push(inputsProblem(message, { path: path === '' ? name : `${path}.${name}` }));
      return [];
    }),
  );
}
