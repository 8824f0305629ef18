import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { findProblems } from '../../shared/project/check.ts';
import { type Finding, type Path, pathText } from '../../shared/project/finding.ts';
import { findingsOf } from '../../shared/project/issues.ts';
import { looseProject } from '../../shared/project/loose.ts';
import type { Problem } from '../../shared/project/problem.ts';
import { FORMAT, type Project, projectSchema } from '../../shared/project/schema.ts';
import { Places } from './places.ts';

export type ParsedProject = { ok: true; project: Project; problems: [] } | { ok: false; problems: Problem[] };

const MAX_DEPTH = 100;
const PLAIN_JSON = { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false };

/** Reads the text of a crew file: the project with its defaults, or every problem at once, each with its line and column. */
export function parseProject(text: string): ParsedProject {
  const places = new Places(text);
  const problem = (finding: Finding, offset: number): Problem => {
    const { code, message, path } = finding;
    return { code, message, path: pathText(path), ...places.at(offset) };
  };
  const deep = tooDeep(text);
  if (deep !== null) return { ok: false, problems: [problem(TOO_DEEP, deep)] };
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, PLAIN_JSON);
  const [error] = errors;
  if (error || !tree) return { ok: false, problems: [problem(notJson(error), error?.offset ?? 0)] };

  const json = jsonOf(tree);
  const newer = newerFormat(json);
  const findings = newer ? [newer] : findingsIn(json);
  const duplicates = duplicateKeys(tree, [], places);
  const problems = [
    ...duplicates.map(({ finding, offset }) => problem(finding, offset)),
    ...findings.map((finding) => problem(finding, offsetOf(tree, finding))),
  ];
  problems.sort((a, b) => a.line - b.line || a.column - b.column);
  const parsed = projectSchema.safeParse(json);
  return problems.length === 0 && parsed.success
    ? { ok: true, project: parsed.data, problems: [] }
    : { ok: false, problems };
}

function findingsIn(json: unknown): Finding[] {
  const parsed = projectSchema.safeParse(json, { reportInput: true });
  const ofSchema = parsed.success ? [] : findingsOf(parsed.error);
  return [...ofSchema, ...findProblems(looseProject(json))];
}

const TOO_DEEP: Finding = {
  code: 'too_deep',
  message: `The file is nested more than ${MAX_DEPTH} levels deep. Make it flatter.`,
  path: [],
};

/** Where nesting goes past the limit, or null. Strings are passed over; the text need not be JSON. */
function tooDeep(text: string): number | null {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > MAX_DEPTH) return at;
    } else if (char === '}' || char === ']') depth -= 1;
  }
  return null;
}

function notJson(error: ParseError | undefined): Finding {
  const what = error
    ? printParseErrorCode(error.error)
        .replace(/([a-z])([A-Z])/g, '$1 $2')
        .toLowerCase()
    : 'it is empty';
  return { code: 'not_json', message: `The file is not JSON: ${what}. Correct it here.`, path: [] };
}

/** The value of a node. `__proto__` is a key as any other, and so one that the schema does not know. */
function jsonOf(node: Node): unknown {
  const children = node.children ?? [];
  if (node.type === 'array') return children.map(jsonOf);
  if (node.type !== 'object') return node.value;
  return Object.fromEntries(
    children.flatMap(({ children: [key, value] = [] }) => (key && value ? [[String(key.value), jsonOf(value)]] : [])),
  );
}

function newerFormat(json: unknown): Finding | null {
  const format = typeof json === 'object' && json !== null && 'format' in json ? json.format : undefined;
  const [, number] = (typeof format === 'string' && /^crewlane\/(\d+)$/.exec(format)) || [];
  if (number === undefined || Number(number) <= 1) return null;
  const message = `The file was written by a newer version (${format}); this one reads ${FORMAT}. Update Crewlane to open it.`;
  return { code: 'newer_format', message, path: ['format'] };
}

/** Keys that stand twice in one object: of the two JSON readers keep one or the other, so neither is meant. */
function duplicateKeys(node: Node, path: Path, places: Places): { finding: Finding; offset: number }[] {
  const children = node.children ?? [];
  if (node.type === 'array') return children.flatMap((child, index) => duplicateKeys(child, [...path, index], places));
  if (node.type !== 'object') return [];
  const seen = new Map<string, Node>();
  return children.flatMap(({ children: [key, value] = [] }) => {
    if (!key) return [];
    const name = String(key.value);
    const here = [...path, name];
    const inside = value ? duplicateKeys(value, here, places) : [];
    const first = seen.get(name);
    if (first) return [{ finding: twice(name, here, places.at(first.offset).line), offset: key.offset }, ...inside];
    seen.set(name, key);
    return inside;
  });
}

function twice(name: string, path: Path, firstLine: number): Finding {
  const message = `The key "${name}" stands twice in this object, first in line ${firstLine}. Remove one of them.`;
  return { code: 'duplicate_key', message, path };
}

/** The place of what a finding is about; where it is missing, of what it is missing in. */
function offsetOf(tree: Node, { path, atKey }: Finding): number {
  for (let length = path.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node) return atKey && length === path.length ? (node.parent ?? node).offset : node.offset;
  }
  return tree.offset;
}
