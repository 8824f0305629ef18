import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { findProblems } from '../../shared/crew/check.ts';
import { findingsOf } from '../../shared/crew/issues.ts';
import { looseCrew } from '../../shared/crew/loose.ts';
import type { Problem } from '../../shared/crew/problem.ts';
import { type Crew, crewSchema, FORMAT } from '../../shared/crew/schema.ts';
import type { Path, UnlocatedProblem } from '../../shared/crew/unlocated-problem.ts';
import { MAX_JSON_DEPTH, tooDeepAt } from '../../shared/parse-json.ts';
import { JsonIndex, type LocatedFinding, problemsIn } from './json-index.ts';
import { jsonValue } from './json-value.ts';
import { LineIndex } from './line-index.ts';

export type ParsedCrew = { ok: true; crew: Crew; problems: [] } | { ok: false; problems: Problem[] };

const PLAIN_JSON = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

/**
 * Which crews a reader accepts.
 * - `complete`: those that break no rule.
 * - `unfinished`: also those that break a rule which a person can break while editing. The window opens them, because
 *   it saves them; a run refuses them.
 */
export type Accepted = 'complete' | 'unfinished';

/** The rules that an edit in the window can break. */
const UNFINISHED: ReadonlySet<string> = new Set([
  'no_agent',
  'manager_count',
  'pool_too_small',
  'outside_workspace',
  'protected_file',
  'out_of_range',
  'unknown_language',
]);

/**
 * Reads the text of a crew file. Returns the crew with its defaults, or its problems in the order of their locations,
 * each with its line and column. If there are too many problems, returns the first ones and one that counts the others.
 */
export function parseCrew(text: string, accepted: Accepted = 'complete'): ParsedCrew {
  const deep = tooDeepAt(text);
  if (deep !== null) return refusedAt(text, TOO_DEEP, deep);
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, PLAIN_JSON);
  const [error] = errors;
  if (error || !tree) return refusedAt(text, notJson(error), error?.offset ?? 0);

  const json = jsonValue(tree);
  const index = new JsonIndex(text, tree);
  const duplicates = duplicateKeys(tree, index);
  const newer = newerFormat(json);
  const parsed = newer ? null : parseFormat(json, accepted);
  const findings = newer ? [newer] : parsed?.ok ? [] : (parsed?.findings ?? []);
  const problems = problemsIn(index, [
    ...duplicates,
    ...findings.map((finding) => ({ ...finding, offset: index.offsetOf(finding.path, finding.atKey) })),
  ]);
  return problems.length === 0 && parsed?.ok ? { ok: true, crew: parsed.crew, problems: [] } : { ok: false, problems };
}

function refusedAt(text: string, { code, message }: UnlocatedProblem, offset: number): ParsedCrew {
  return { ok: false, problems: [{ code, message, path: '', ...new LineIndex(text).at(offset) }] };
}

/** Checks a value against the schema of this version and the rules that combine several values. */
function parseFormat(
  json: unknown,
  accepted: Accepted,
): { ok: true; crew: Crew } | { ok: false; findings: UnlocatedProblem[] } {
  const parsed = crewSchema.safeParse(json, { reportInput: true });
  const broken = findProblems(looseCrew(json));
  const isUnfinished = accepted === 'unfinished' && parsed.success && broken.every(({ code }) => UNFINISHED.has(code));
  const findings = [...(parsed.success ? [] : findingsOf(parsed.error)), ...(isUnfinished ? [] : broken)];
  return parsed.success && findings.length === 0 ? { ok: true, crew: parsed.data } : { ok: false, findings };
}

const TOO_DEEP: UnlocatedProblem = {
  code: 'too_deep',
  message: `The file is nested more than ${MAX_JSON_DEPTH} levels deep. Make it flatter.`,
  path: [],
};

function notJson(error: ParseError | undefined): UnlocatedProblem {
  return { code: 'not_json', message: `The file is not valid JSON: ${whyNotJson(error)}. Fix it here.`, path: [] };
}

/** Returns why a text is not JSON, as the end of a sentence. */
export function whyNotJson(error: ParseError | undefined): string {
  if (!error) return 'it is empty';
  return printParseErrorCode(error.error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

function newerFormat(json: unknown): UnlocatedProblem | null {
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
  const [, number] = (typeof format === 'string' && /^crewlane\/(\d+)$/.exec(format)) || [];
  if (number === undefined || Number(number) <= 1) return null;
  const message = `The file was written by a newer version (${format}); this version reads ${FORMAT}. Update Crewlane to open it.`;
  return { code: 'newer_format', message, path: ['format'] };
}

/** Finds keys that occur twice in one object. JSON parsers differ in which value they use, so such keys are refused. */
function duplicateKeys(tree: Node, index: JsonIndex): LocatedFinding[] {
  const found: LocatedFinding[] = [];
  const path: (string | number)[] = [];
  const visit = (node: Node, step: string | number) => {
    // Most values have no children, and a file may have very many values.
    if (!node.children) return;
    path.push(step);
    search(node);
    path.pop();
  };
  const search = ({ type, children = [] }: Node) => {
    if (type === 'array') return children.forEach(visit);
    const first = new Map<string, Node>();
    for (const { children: [key, value] = [] } of children) {
      const name = String(key?.value);
      const known = first.get(name);
      if (key && known) found.push(twice(name, [...path, name], index.at(known.offset).line, key.offset));
      else if (key) first.set(name, key);
      if (value) visit(value, name);
    }
  };
  search(tree);
  return found;
}

function twice(name: string, path: Path, firstLine: number, offset: number): LocatedFinding {
  const message = `Duplicate key "${name}" (first on line ${firstLine}). Remove one of them.`;
  return { code: 'duplicate_key', message, path, offset };
}
