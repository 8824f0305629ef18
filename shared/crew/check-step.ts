import type { LooseTask } from './loose.ts';
import type { Path, UnlocatedProblem } from './unlocated-problem.ts';

/** Checks the keys of a task that runs a crew file, as far as this file alone can show. */
export function stepProblems(task: LooseTask, at: (...path: Path) => Path): UnlocatedProblem[] {
  const { name, crew } = task;
  if (crew === undefined) {
    return (['inputs', 'result'] as const)
      .filter((key) => task[key] !== undefined)
      .map((key) => {
        const message = `Task "${name}" has ${key}, which belongs to a crew file. Set "crew", or remove it.`;
        return { code: 'no_crew_file', message, path: at(key) };
      });
  }
  const why = crew === '' ? null : pathProblem(crew);
  return why === null ? [] : [{ code: 'crew_file', message: unusableFile(crew, why), path: at('crew') }];
}

/** Returns the message that a crew file cannot be used. `why` is a clause, without a period. */
export function unusableFile(file: string, why: string): string {
  return `Crew file "${file}" cannot be used: ${why}${/[.!?]$/.test(why) ? '' : '.'}`;
}

/** Returns why a path is not one below a folder, in the same way on every system; null if it is one. */
function pathProblem(path: string): string | null {
  const names = path.split('/');
  if (/^([/\\]|[A-Za-z]:)/.test(path) || names.includes('..'))
    return "it is not below the crew file's folder. Move it there";
  if (path.includes('\\')) return 'its path contains "\\". Use "/"';
  if (names.some((name) => name === '' || name.startsWith('.')))
    return 'its path contains an empty name, or one that starts with a dot. Rename it';
  if (!path.toLowerCase().endsWith('.json')) return 'it does not end in .crew.json. Rename it';
  return null;
}
