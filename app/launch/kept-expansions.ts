import { contextOf, taskOfEntry } from '../../shared/crew/context.ts';
import { partsOf } from '../../shared/crew/link.ts';
import type { Crew, Task } from '../../shared/crew/schema.ts';
import { tasksByName } from '../../shared/run/expansion/crew-around.ts';
import { isAlignedWith } from '../../shared/run/expansion/grow-crew.ts';
import { closingOf } from '../../shared/run/expansion/grow-rounds.ts';
import { ownContext } from '../../shared/run/expansion/grow-step.ts';
import { instanceOf } from '../../shared/run/expansion/task-names.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { TaskState } from '../../shared/run/task-state.ts';

/** What a new run reuses: whole tasks of the file, and whether the other tasks reuse what completed inside them. */
export interface ReuseOfFile {
  reused: ReadonlySet<string>;
  keepsInstances: boolean;
  /** The task inside one of them that runs again in any case; null if there is none. */
  except: string | null;
}

/** The expansions of an earlier run that a new run takes over. */
export interface KeptExpansions {
  /** The tasks that expand as before, each after the tasks that it depends on for that. */
  expanded: string[];
  /** The instances and the tasks of crew files whose ends are reused, each after those around it. */
  inner: string[];
}

/**
 * Returns the expansions of an earlier run that a new run of `crew` takes over: everything inside a reused task, and what
 * completed inside a task that runs again for the same items or with the same crew file.
 */
export function keptExpansions(run: RunState, crew: Crew, reuse: ReuseOfFile): KeptExpansions {
  const kept: KeptExpansions = { expanded: [], inner: [] };
  for (const { name } of expandedAgain(run, crew, reuse))
    take(run, name, { isWhole: reuse.reused.has(name), except: reuse.except }, kept);
  return kept;
}

/**
 * Returns the tasks of `crew` that expand as in the earlier run, each after the task whose results are its items:
 * reused ones, and those whose context is reused.
 */
function expandedAgain(run: RunState, crew: Crew, { reused, keepsInstances }: ReuseOfFile): Task[] {
  const found: Task[] = [];
  const has = (name: string | undefined) => found.some((task) => task.name === name);
  const isSame = (task: Task) => {
    const { expansion } = run.tasks.get(task.name) ?? {};
    if (!expansion || has(task.name)) return false;
    // The task that ends a loop begins its rounds, so that it comes first. A loop is reused as a whole.
    const closing = closingOf(run.crew, task.name);
    if (closing !== null) return reused.has(task.name) && (closing === task.name || has(closing));
    if (!runsSameFiles(run.crew, crew, task)) return false;
    const aligned = isAlignedWith(crew, task) ? task.for_each?.task : undefined;
    if (aligned !== undefined && !has(aligned)) return false;
    if (reused.has(task.name)) return true;
    return keepsInstances && contextOf(task).every((before) => reused.has(before) || before === aligned);
  };
  for (let next = crew.tasks.find(isSame); next; next = crew.tasks.find(isSame)) found.push(next);
  return found;
}

/** Whether a task runs the same crew files as before, with the same content. Without a linked crew, only names count. */
function runsSameFiles(then: Crew, now: Crew, { name, crew: file }: Task): boolean {
  const before = tasksByName(then).get(name)?.crew;
  if (file === undefined || before === undefined) return file === before;
  const hashes = (crew: Crew) => JSON.stringify(partsOf(crew).map(([path, { sha256 }]) => [path, sha256]));
  return file === before && hashes(then) === hashes(now);
}

/**
 * Takes over the expansion of a task. `isWhole`: the task and everything inside it is reused. Otherwise, `except` and what
 * depends on it is not reused.
 */
function take(
  run: RunState,
  parent: string,
  { isWhole, except }: { isWhole: boolean; except: string | null },
  kept: KeptExpansions,
): void {
  kept.expanded.push(parent);
  const tasks = tasksByName(run.crew);
  const children = [...run.tasks.values()].filter(({ instance }) => instance?.of === parent);
  const isIn = (name: string) => instanceOf(name)?.of === parent;
  for (const child of inOrderOfContext(children)) {
    const task = tasks.get(child.name);
    const context = task ? ownContext(task).map(taskOfEntry) : [];
    const hasContext = context.every((before) => !isIn(before) || kept.inner.includes(before));
    const isKept = isWhole || (hasContext && isDone(child) && !isOrContains(child.name, except));
    if (isKept) kept.inner.push(child.name);
    if (child.expansion && (isKept || hasContext)) take(run, child.name, { isWhole: isKept, except }, kept);
  }
}

/** Whether `other` is the task itself or is inside the task. */
function isOrContains(task: string, other: string | null): boolean {
  return other !== null && (other === task || (other.startsWith(task) && '#/@'.includes(other.charAt(task.length))));
}

function isDone({ status, degraded }: TaskState): boolean {
  return (status === 'completed' && !degraded) || status === 'not_chosen';
}

/** Tasks ended after their context, so that the order of their ends is one in which each follows its context. */
function inOrderOfContext(tasks: readonly TaskState[]): TaskState[] {
  const endOf = ({ endSeq }: TaskState) => endSeq ?? Number.POSITIVE_INFINITY;
  return [...tasks].sort((a, b) => endOf(a) - endOf(b));
}
