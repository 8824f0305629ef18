import { outputFile } from './check.ts';
import { checkUnusedKeys } from './check-linked.ts';
import { crewNames, type Rows, unfilledPlaceholders } from './missing-inputs.ts';
import { nearestName } from './nearest.ts';
import { fileKey, namesFile } from './output-path.ts';
import { fillPlaceholders, joinValues, plainInputName } from './placeholders.ts';
import type { Problem } from './problem.ts';
import { protectedPath, protectedText } from './protected-path.ts';
import type { Crew, Task } from './schema.ts';
import { type UnlocatedProblem, unplaced } from './unlocated-problem.ts';

/** The number of rows reported per task; more rows add no information. */
const MAX_ROWS = 20;

/** Returns problems of `output_file` paths after the values of each run are filled in. */
export function checkFilledFiles(crew: Crew, rows: Rows): Problem[] {
  return filledFiles(crew, rows, (task, path, index) => {
    // The check of the file itself covers a path without placeholders, except that it must name a file.
    const found = path === task.output_file ? [] : outputFile({ ...task, output_file: path }, fileOf(index));
    return found.length === 0 && !namesFile(path) ? [noFile(task, path, index)] : found;
  });
}

/**
 * Returns output files whose names other programs act on. No run writes them in a folder that Crewlane did not create.
 */
export function checkGuardedFiles(crew: Crew, rows: Rows): Problem[] {
  return filledFiles(crew, rows, ({ name }, path, index) => {
    if (protectedPath(path, true) !== 'acted_on') return [];
    const message = `Task "${name}" writes "${path}". No run may write ${protectedText('acted_on')}. Give another path or workspace.`;
    return [{ code: 'protected_file', message, path: fileOf(index) }];
  });
}

/** Checks the filled path of each `output_file`. Names the row if the path depends on the rows of a batch. */
function filledFiles(
  { tasks, inputs }: Crew,
  rows: Rows,
  check: (task: Task, path: string, index: number) => UnlocatedProblem[],
): Problem[] {
  return tasks.flatMap((task, index) => {
    const { output_file: file } = task;
    if (file === undefined) return [];
    const isFilled = file.includes('{');
    const problems: Problem[] = [];
    for (const [row, values] of (isFilled ? rows : rows.slice(0, 1)).entries()) {
      const where = rows.length > 1 && isFilled ? `Row ${row + 1}: ` : '';
      const found = check(task, fillPlaceholders(file, joinValues(inputs, values)), index);
      problems.push(...found.map((finding) => unplaced({ ...finding, message: `${where}${finding.message}` })));
      if (problems.length >= MAX_ROWS) break;
    }
    return problems;
  });
}

function noFile({ name }: Task, path: string, index: number): UnlocatedProblem {
  const message = `Task "${name}" writes "${path}", which does not end with the name of a file. Add the name.`;
  return { code: 'no_file_name', message, path: fileOf(index) };
}

function fileOf(index: number): UnlocatedProblem['path'] {
  return ['tasks', index, 'output_file'];
}

/**
 * Returns warnings: probable mistakes that do not prevent a run, such as names that do not match, files that replace
 * each other, and empty texts.
 */
export function checkWarnings(crew: Crew, rows: Rows): Problem[] {
  const findings = [
    ...emptyTexts(crew),
    ...unfilledPlaceholders(crew, rows),
    ...unusedInputs(crew),
    ...sameFiles(crew, rows),
  ];
  const ofFindings = findings.map((finding): Problem => ({ ...unplaced(finding), severity: 'warning' }));
  return [...ofFindings, ...checkUnusedKeys(crew)];
}

function emptyTexts({ tasks }: Crew): UnlocatedProblem[] {
  return tasks.flatMap((task, index) =>
    (['description', 'expected_output'] as const)
      .filter((key) => task[key].trim() === '')
      .map((key) => {
        const what = key === 'description' ? 'description' : 'expected output';
        const message = `Task "${task.name}" has no ${what}. Describe it, so that the agent knows what to do.`;
        return { code: 'empty_text', message, path: ['tasks', index, key] };
      }),
  );
}

/** Returns unused inputs of the crew itself. Inputs of a batch or a command are reported with their file. */
function unusedInputs(crew: Crew): UnlocatedProblem[] {
  // A crew file that is not linked may use each of them.
  if (!crew.linked && crew.tasks.some(({ crew: file, inputs }) => file !== undefined && inputs === undefined))
    return [];
  const names = crewNames(crew);
  const used = new Set(names.flatMap((found) => found.names));
  const asked = new Set(names.flatMap(({ placeholders }) => placeholders));
  return Object.keys(crew.inputs)
    .filter((name) => !used.has(plainInputName(name)))
    .map((name) => ({ code: 'unused_input', message: unusedMessage(name, asked), path: ['inputs', name] }));
}

/**
 * Returns the message that no text uses an input, with the name that may be meant. @param asked placeholders of the
 * texts
 */
export function unusedMessage(name: string, asked: Iterable<string>): string {
  const nearest = nearestName(name, asked);
  return `No text uses the input "${name}": ${nearest === null ? `write {${name}} where its value belongs.` : `there is a placeholder {${nearest}}. Use one name for both.`}`;
}

/**
 * Returns tasks that write the same file, regardless of the spelling of its path: the later result replaces the earlier
 * one.
 */
function sameFiles({ tasks, inputs }: Crew, rows: Rows): UnlocatedProblem[] {
  const writing = tasks.flatMap(({ name, output_file: file }, index) =>
    file === undefined ? [] : [{ name, file, index }],
  );
  const isFilled = writing.some(({ file }) => file.includes('{'));
  const reported = new Set<number>();
  const findings: UnlocatedProblem[] = [];
  for (const [row, values] of (isFilled ? rows : rows.slice(0, 1)).entries()) {
    const first = new Map<string, string>();
    for (const { name, file, index } of writing) {
      const path = fillPlaceholders(file, joinValues(inputs, values));
      const other = first.get(fileKey(path));
      if (other === undefined) first.set(fileKey(path), name);
      else if (!reported.has(index)) {
        reported.add(index);
        const where = rows.length > 1 && isFilled ? `Row ${row + 1}: ` : '';
        const message = `${where}Tasks "${other}" and "${name}" write the same file, "${path}". The later result replaces the earlier one: give one of them another path.`;
        findings.push({ code: 'same_output_file', message, path: fileOf(index) });
      }
    }
  }
  return findings;
}
