import type { z } from 'zod';
import type { Path, UnlocatedProblem } from './unlocated-problem.ts';

type Issue = z.core.$ZodIssue;

/** Converts zod issues of the schema into problems with messages for a person who edits a crew file. */
export function findingsOf(error: z.ZodError): UnlocatedProblem[] {
  return error.issues.flatMap(findingOf);
}

/** Returns why a single value is refused, for a person who enters it in the field with this label. */
export function refusalOf(error: z.ZodError, label: string): string {
  const findings = error.issues.flatMap((issue) => findingOf({ ...issue, path: [label, ...issue.path] }));
  return findings[0]?.message ?? `"${label}" is not valid.`;
}

function findingOf(issue: Issue): UnlocatedProblem[] {
  const path = pathOf(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, [...path, key]));
    case 'invalid_type':
      return [invalidType(issue, path)];
    case 'too_small':
      return [
        outOfRange(path, `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`, issue.origin),
      ];
    case 'too_big':
      return [outOfRange(path, `at most ${issue.maximum}`, issue.origin)];
    case 'invalid_value':
      return [issue.input === undefined ? missing(path, wordsOf(issue.values)) : oneOf(issue.values, path)];
    case 'invalid_format':
      return [invalidFormat(issue.format, path)];
    case 'invalid_union':
      return unionFinding(issue, path);
    default:
      return [{ code: 'invalid_value', message: `${last(path)}: ${issue.message}`, path }];
  }
}

function pathOf(path: readonly PropertyKey[]): Path {
  return path.map((step) => (typeof step === 'number' ? step : String(step)));
}

function last(path: Path): string {
  const step = path.at(-1);
  return step === undefined
    ? 'The file'
    : typeof step === 'number'
      ? `Entry ${step + 1} of "${path.at(-2) ?? ''}"`
      : `"${step}"`;
}

function oneOf(values: readonly unknown[], path: Path): UnlocatedProblem {
  return { code: 'invalid_value', message: `${last(path)} must be ${wordsOf(values)}.`, path };
}

function wordsOf(values: readonly unknown[]): string {
  const words = values.map((value) => JSON.stringify(value)).join(', ');
  return values.length === 1 ? words : `one of ${words}`;
}

function missing(path: Path, as: string): UnlocatedProblem {
  return { code: 'missing', message: `${last(path)} is missing. It must be ${as}.`, path };
}

function unknownKey(key: string, path: Path): UnlocatedProblem {
  const message = `Unknown key "${key}". Remove it, fix it, or move it to "extras".`;
  return { code: 'unknown_key', message, path, atKey: true };
}

function invalidType(issue: Extract<Issue, { code: 'invalid_type' }>, path: Path): UnlocatedProblem {
  if (issue.input === undefined) return missing(path, kindName(issue.expected));
  return { code: 'wrong_type', message: `${last(path)} must be ${kindName(issue.expected)}.`, path };
}

function kindName(kind: string): string {
  const names: Record<string, string> = {
    string: 'a text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    record: 'an object',
  };
  return names[kind] ?? kind;
}

function outOfRange(path: Path, range: string, origin: string): UnlocatedProblem {
  if (origin === 'string') return { code: 'invalid_value', message: `${last(path)} must not be empty.`, path };
  if (origin === 'array') return { code: 'invalid_value', message: `${last(path)} needs ${range} entries.`, path };
  return { code: 'out_of_range', message: `${last(path)} is out of range: ${range}.`, path };
}

function invalidFormat(format: string, path: Path): UnlocatedProblem {
  if (path.at(-1) === 'name') {
    const message = `${last(path)} is not a valid name. Use 1 to 64 letters, digits, "_" or "-", starting with a letter or "_".`;
    return { code: 'invalid_name', message, path };
  }
  if (format === 'url') {
    return {
      code: 'invalid_value',
      message: `${last(path)} must be a URL that starts with http:// or https://.`,
      path,
    };
  }
  return { code: 'invalid_value', message: `${last(path)} has an invalid format.`, path };
}

/** Reports the branch of a union that matches best: the one with the fewest and deepest issues. */
function unionFinding(issue: Extract<Issue, { code: 'invalid_union' }>, path: Path): UnlocatedProblem[] {
  if ('options' in issue && issue.options) return [oneOf(issue.options, path)];
  const branches = issue.errors.map((issues) => ({
    issues,
    depth: Math.max(0, ...issues.map((inner) => inner.path.length)),
  }));
  branches.sort((a, b) => a.issues.length - b.issues.length || b.depth - a.depth);
  const [nearest, next] = branches;
  const asNear = next?.issues.length === nearest?.issues.length && next?.depth === nearest?.depth;
  if (!nearest || asNear) return [noForm(issue.errors, path)];
  return nearest.issues.flatMap((inner) => findingOf({ ...inner, path: [...issue.path, ...inner.path] }));
}

/** Returns the problem if several branches match equally well: the keys that they need. */
function noForm(branches: readonly (readonly Issue[])[], path: Path): UnlocatedProblem {
  const missing = branches.flatMap((issues) =>
    issues.filter((inner) => inner.code === 'invalid_type' && inner.input === undefined),
  );
  const keys = [...new Set(missing.map((inner) => `"${pathOf(inner.path).join('.')}"`))];
  const needed = keys.length === 0 ? '' : ` It needs one of ${keys.join(', ')}, and no other key.`;
  return {
    code: 'invalid_value',
    message: `${last(path)} does not match any allowed form.${needed}`,
    path,
  };
}
