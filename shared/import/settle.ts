import { checkSettings, findProblems } from '../crew/check.ts';
import { findingsOf } from '../crew/issues.ts';
import { looseCrew } from '../crew/loose.ts';
import { type Crew, crewSchema } from '../crew/schema.ts';
import { type Path, pathText, type UnlocatedProblem } from '../crew/unlocated-problem.ts';
import { type ConversionReport, excerpt, type Notes } from './report.ts';
import { Code, isSourceObject, type SourceObject, type SourceValue } from './source.ts';

export type Imported =
  | { ok: true; crew: Crew; report: ConversionReport }
  /** What keeps the result from being a crew file. */
  | { ok: false; problems: readonly UnlocatedProblem[] };

/** Each round removes a value at least. More are needed only if a value hides many others. */
const MAX_ROUNDS = 100;
/** A person can give a task its agent later, in the window. */
const UNFINISHED: ReadonlySet<string> = new Set(['no_agent']);
/** The report of an import, below `extras`. */
const EXTRAS_KEY = 'import';

/**
 * Makes a crew of translated values. A value that breaks a rule of the crew file, such as a number out of range or a file
 * outside the workspace, is removed and listed.
 */
export function settleCrew(translated: SourceObject, notes: Notes): Imported {
  const raw = plainObject(translated);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const parsed = crewSchema.safeParse(raw, { reportInput: true });
    const problems = [
      ...(parsed.success ? checkedSettings(parsed.data) : findingsOf(parsed.error)),
      ...findProblems(looseCrew(raw)),
    ].filter(({ code }) => !UNFINISHED.has(code));
    const report = notes.report();
    if (parsed.success && problems.length === 0)
      return { ok: true, crew: { ...parsed.data, extras: { [EXTRAS_KEY]: report } }, report };
    if (!removeRefused(raw, problems, notes)) return { ok: false, problems };
  }
  return { ok: false, problems: [] };
}

function checkedSettings(crew: Crew): UnlocatedProblem[] {
  return checkSettings(crew).map(({ code, message, path }) => ({ code, message, path: path.split('.') }));
}

/** Removes the refused values. Returns whether any could be removed. */
function removeRefused(raw: SourceObject, problems: readonly UnlocatedProblem[], notes: Notes): boolean {
  // From the last to the first, so that positions in lists stay valid.
  const ordered = [...problems].sort((a, b) => comparePaths(b.path, a.path));
  const removed = ordered.filter(({ path, message }) => {
    const place = placeOf(raw, path);
    if (place === null) return false;
    notes.at(pathText(place.path)).leftOut(excerpt(place.value), {
      why: message,
      instead: `Set "${place.path.findLast((step) => typeof step === 'string') ?? ''}" in the crew file.`,
    });
    place.remove();
    return true;
  });
  return removed.length > 0;
}

interface Place {
  path: Path;
  value: SourceValue;
  remove(): void;
}

/**
 * Returns the value at a path, or the object that lacks it; null if it is a whole agent, a whole task, or something that
 * every crew needs.
 */
function placeOf(raw: SourceObject, path: Path): Place | null {
  let parent: SourceValue = raw;
  for (const [index, step] of path.entries()) {
    const value = childOf(parent, step);
    const isLast = index === path.length - 1;
    if (value === undefined) return index < 3 ? null : placeOf(raw, path.slice(0, index));
    if (isLast) return path.length < 2 || isNeeded(path) ? null : removable(parent, step, value, path);
    parent = value;
  }
  return null;
}

function isNeeded(path: Path): boolean {
  if (path[0] !== 'agents' && path[0] !== 'tasks') return false;
  return path.length === 2 || (path.length === 3 && path[2] === 'name');
}

function removable(parent: SourceValue, step: string | number, value: SourceValue, path: Path): Place {
  const remove = () => {
    if (Array.isArray(parent) && typeof step === 'number') parent.splice(step, 1);
    else if (isSourceObject(parent)) delete parent[step];
  };
  return { path, value, remove };
}

function childOf(parent: SourceValue, step: string | number): SourceValue | undefined {
  if (Array.isArray(parent)) return typeof step === 'number' ? parent[step] : undefined;
  return isSourceObject(parent) && Object.hasOwn(parent, step) ? parent[step] : undefined;
}

function comparePaths(a: Path, b: Path): number {
  for (const [index, step] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (step === other) continue;
    if (typeof step === 'number' && typeof other === 'number') return step - other;
    return String(step) < String(other) ? -1 : 1;
  }
  return a.length - b.length;
}

/** Returns a copy without code, which no crew file contains. */
function plainObject(value: SourceObject): SourceObject {
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plainValue(inner)]));
}

function plainValue(value: SourceValue): SourceValue {
  if (value instanceof Code) return value.text;
  if (Array.isArray(value)) return value.map(plainValue);
  return isSourceObject(value) ? plainObject(value) : value;
}
