import type { Problem } from '../../shared/crew/problem.ts';
import { printableJson } from '../../shared/printable.ts';
import type { Permission } from '../../shared/trust/permission.ts';
import type { LaunchRefusal } from '../launch/prepare-launch.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';

/** Makes a problem without a location in a file. */
export function problemOf(code: string, message: string): Problem {
  return { code, message, path: '', line: 0, column: 0 };
}

/** Prints why nothing was started: a line for each problem with its location, and a JSON list if `json` is set. */
export function refuse(
  io: Io,
  problems: readonly Problem[],
  options: { json?: boolean | undefined; file?: string },
): ExitCode {
  for (const problem of problems) io.stderr(`${problemLine(problem, options.file)}\n`);
  if (options.json) io.stdout(problemsJson(problems));
  return EXIT.refused;
}

/** Prints a line for each warning. Warnings do not stop the command. */
export function warn(io: Io, warnings: readonly Problem[], file: string): void {
  for (const warning of warnings) io.stderr(`${problemLine(warning, file)}\n`);
}

/** Prints why a launch was refused. */
export function refuseLaunch(
  io: Io,
  refusal: LaunchRefusal,
  { json, file }: { json?: boolean | undefined; file?: string },
): ExitCode {
  return refuse(io, problemsOf(refusal), { json, ...(file === undefined ? {} : { file }) });
}

function problemsOf(refusal: LaunchRefusal): readonly Problem[] {
  if ('problems' in refusal) return refusal.problems;
  if ('consent' in refusal) return refusal.consent.missing.map(missingPermission);
  return [problemOf(refusal.failure.kind, refusal.failure.message)];
}

/** The problem of an action that a person has not allowed, with the command that allows it. */
function missingPermission({ sentence, command, path }: Permission): Problem {
  const allow = command === null ? 'add --trust' : `${command} (or add --trust)`;
  return { ...problemOf('consent', `${sentence} To allow this: ${allow}`), path };
}

export function problemsJson(problems: readonly Problem[]): string {
  const listed = problems.map((problem) => ({ ...problem, severity: problem.severity ?? 'error' }));
  return `${printableJson({ problems: listed }, 2)}\n`;
}

function problemLine({ line, column, path, message, severity }: Problem, file: string | undefined): string {
  // Without a crew file, the message itself names the subject.
  if (file === undefined) return message;
  const location = line === 0 ? '' : `${file}:${line}:${column}: `;
  return `${location}${severity === 'warning' ? 'warning: ' : ''}${path === '' ? '' : `${path}: `}${message}`;
}
