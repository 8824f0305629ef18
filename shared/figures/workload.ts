import { joinValues, withFilledPaths } from '../crew/placeholders.ts';
import type { Crew } from '../crew/schema.ts';
import { categoryOf } from '../crew/titles.ts';
import { parseJson } from '../parse-json.ts';
import type { RunState } from '../run/state.ts';
import type { TaskState } from '../run/task-state.ts';
import type { ToolCall } from '../run/turn-state.ts';
import { pathMatcher } from './glob.ts';

type Measure = NonNullable<Crew['workload'][string]['measure']>;

export interface WorkloadFigure {
  name: string;
  declared: number;
  unit: string | null;
  /** How it is measured, for people. */
  by: string;
  /** The measured amount; null if nothing measured it. */
  measured: number | null;
}

/**
 * Returns the declared workload with the amounts measured from the run's events. `texts`: the results of tasks, by
 * name.
 */
export function workloadFigures(crew: Crew, state: RunState, texts: ReadonlyMap<string, string>): WorkloadFigure[] {
  return Object.entries(crew.workload).map(([name, { declared, unit, measure }]) => ({
    name,
    declared,
    unit: unit ?? null,
    by: measure ? describe(measure) : 'nothing: the crew names no measure',
    measured: measure ? measured(crew, state, texts, measure) : null,
  }));
}

function describe(measure: Measure): string {
  if ('rows_of' in measure) return `rows of ${measure.rows_of} that tools read`;
  if ('files_written' in measure) return `files written as ${measure.files_written}`;
  if ('items' in measure) return `items at "${measure.items.path}" in the result of ${measure.items.task}`;
  if ('checks' in measure) return `checks made by ${measure.checks}`;
  return `completed tasks of the category ${measure.completed}`;
}

function measured(crew: Crew, state: RunState, texts: ReadonlyMap<string, string>, measure: Measure): number | null {
  if ('rows_of' in measure) return rowsRead(state, measure.rows_of);
  if ('files_written' in measure) return filesWritten(crew, state, measure.files_written);
  if ('items' in measure) return itemsIn(texts.get(measure.items.task), measure.items.path);
  if ('checks' in measure) return checksOf(state.tasks.get(measure.checks));
  return completedIn(crew, state, measure.completed);
}

/**
 * Returns the rows of a file if one call of a completed task read all of it; else the largest number that one call
 * read.
 */
function rowsRead(state: RunState, file: string): number | null {
  const path = withoutDot(file);
  const completed = [...state.tasks.values()].filter((task) => task.status === 'completed');
  const reads = completed.flatMap((task) => toolCalls(task).flatMap((call) => call.measured?.reads ?? []));
  const own = reads.filter((read) => withoutDot(read.file) === path);
  const whole = own.filter((read) => read.all);
  const counts = (whole.length > 0 ? whole : own).map((read) => read.rows);
  return counts.length === 0 ? null : counts.reduce((most, rows) => Math.max(most, rows), 0);
}

/** Counts each written file once. */
function filesWritten(crew: Crew, state: RunState, glob: string): number | null {
  if (state.turns.length === 0) return null;
  const matches = pathMatcher(withoutDot(glob));
  const files = new Set<string>(outputFiles(crew, state));
  for (const task of state.tasks.values()) {
    for (const file of toolCalls(task).flatMap((call) => call.measured?.writes ?? [])) files.add(withoutDot(file));
  }
  return [...files].filter((file) => matches(file)).length;
}

function outputFiles(crew: Crew, state: RunState): string[] {
  const inputs = joinValues(crew.inputs, state.started?.inputs ?? {});
  return withFilledPaths(crew, inputs).tasks.flatMap(({ name, output_file }) => {
    const done = state.tasks.get(name);
    const wrote = output_file !== undefined && done?.status === 'completed' && done.turns.length > 0;
    return wrote ? [withoutDot(output_file)] : [];
  });
}

/** Returns the number of items in the list at `path` (names and positions joined by dots) of a JSON result. */
function itemsIn(text: string | undefined, path: string): number | null {
  let value = text === undefined ? undefined : parsed(text);
  for (const step of path.split('.').filter((part) => part !== '' && part !== '$')) {
    if (typeof value !== 'object' || value === null) return null;
    value = new Map<string, unknown>(Object.entries(value)).get(step);
  }
  return Array.isArray(value) ? value.length : null;
}

/** Counts the checks of a task, and its milestones that report whether something passed. */
function checksOf(task: TaskState | undefined): number | null {
  if (!task || task.turns.length === 0) return null;
  const milestones = task.turns.flatMap((turn) => turn.milestones);
  return task.checks.length + milestones.filter(({ data }) => saysPassed(data)).length;
}

function completedIn(crew: Crew, state: RunState, category: string): number | null {
  if (state.turns.length === 0) return null;
  return crew.tasks.filter((task) => {
    const done = state.tasks.get(task.name);
    return done?.status === 'completed' && categoryOf(task, done.agent) === category;
  }).length;
}

function toolCalls(task: TaskState): ToolCall[] {
  return task.turns.flatMap((turn) => turn.tools).filter((call) => call.ok);
}

function saysPassed(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'passed' in data && typeof data.passed === 'boolean';
}

/** Parses the JSON of a result, which may be in a fence. */
function parsed(text: string): unknown {
  const start = text.trim().replace(/^```(?:json)?/, '');
  return parseJson(start.endsWith('```') ? start.slice(0, -3) : start);
}

function withoutDot(path: string): string {
  return path.replace(/^(\.\/)+/, '');
}
