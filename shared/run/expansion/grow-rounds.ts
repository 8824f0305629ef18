import { contextOf, entryWithTask, taskOfEntry } from '../../crew/context.ts';
import { loopOf } from '../../crew/loop.ts';
import { fillPlaceholders } from '../../crew/placeholders.ts';
import type { Crew, Task } from '../../crew/schema.ts';
import { titleOf } from '../../crew/titles.ts';
import { roundName, roundOf } from './task-names.ts';

/**
 * Returns the crew of a run after a loop began a round. `closing`: the task with `repeat`. Each task of the loop gets a
 * task for the round, which follows those of earlier rounds. From the second round on, the first task of the loop also
 * depends on its own previous result and on that of the closing task. The tasks of the loop themselves wait for the last
 * round and, so that they end together, for the closing task.
 */
export function growRounds(crew: Crew, closing: string, round: number): Crew {
  const loop = crew.loops?.[closing] ?? tasksOfLoop(crew, closing);
  const last = loop.find(({ name }) => name === closing);
  if (!last?.repeat) return crew;
  const names = new Set(loop.map(({ name }) => name));
  const first = last.repeat.from ?? closing;
  const before = round === 1 ? [] : [...new Set([roundName(first, round - 1), roundName(closing, round - 1)])];
  const added = new Map(
    loop.map((task) => [task.name, roundTask(task, names, round, task.name === first ? before : [])]),
  );
  const tasks = crew.tasks.flatMap((task, at) => {
    const own = names.has(task.name) ? loopParent(task, closing, round) : task;
    const of = loopTaskAt(crew, at, names);
    const isEnd = of !== null && loopTaskAt(crew, at + 1, names) !== of;
    const next = isEnd ? added.get(of) : undefined;
    return next === undefined ? [own] : [own, next];
  });
  return { ...crew, tasks, loops: { ...crew.loops, [closing]: loop } };
}

/** Whether a task is part of a loop that has begun: it waits for the task of its last round. */
export function isInLoop({ name, context }: Task): boolean {
  const [first] = context;
  return first !== undefined && lastRoundOf(name, taskOfEntry(first)) !== null;
}

/** Returns the task that ends the loop that a task belongs to; null for a task that is not part of a loop that has begun. */
export function closingOf({ loops = {} }: Crew, task: string): string | null {
  return Object.keys(loops).find((closing) => loops[closing]?.some(({ name }) => name === task)) ?? null;
}

/** Returns the last round of a loop that has begun; null for any other task. */
export function roundsOf({ name, context }: Task): number | null {
  const [first] = context;
  return first === undefined ? null : lastRoundOf(name, taskOfEntry(first));
}

function lastRoundOf(task: string, first: string): number | null {
  const round = roundOf(first);
  return round !== null && first === roundName(task, round) ? round : null;
}

function tasksOfLoop({ tasks }: Crew, closing: string): readonly Task[] {
  const task = tasks.find(({ name }) => name === closing);
  const names = new Set(task ? loopOf(tasks, task) : []);
  return tasks.filter(({ name }) => names.has(name));
}

/** Returns the task of a loop that the task at this position is, or belongs to; null if there is none. */
function loopTaskAt({ tasks }: Crew, at: number, names: ReadonlySet<string>): string | null {
  const name = tasks[at]?.name ?? '';
  if (names.has(name)) return name;
  for (let end = name.lastIndexOf('@'); end > 0; end = name.lastIndexOf('@', end - 1))
    if (names.has(name.slice(0, end))) return name.slice(0, end);
  return null;
}

/** The task of the loop has the results of its last round. It is not evaluated, and writes no file. */
function loopParent(task: Task, closing: string, round: number): Task {
  const { when: _when, for_each: _list, output_file: _file, ...rest } = task;
  const own = roundName(task.name, round);
  return { ...rest, context: task.name === closing ? [own] : [own, closing] };
}

function roundTask(task: Task, names: ReadonlySet<string>, round: number, before: readonly string[]): Task {
  const { repeat: _, title, output_file: file, for_each, ...rest } = task;
  const inRound = (name: string) => (names.has(name) ? roundName(name, round) : name);
  const context = task.context.map((entry) => entryWithTask(entry, inRound(taskOfEntry(entry))));
  const known = new Set(contextOf({ context }));
  return {
    ...rest,
    name: roundName(task.name, round),
    title: title?.includes('{round}') ? fillPlaceholders(title, { round }) : `${titleOf(task)}, round ${round}`,
    context: [...context, ...before.filter((name) => !known.has(name))],
    ...(for_each === undefined
      ? {}
      : { for_each: for_each.task === undefined ? for_each : { ...for_each, task: inRound(for_each.task) } }),
    ...(file === undefined ? {} : { output_file: fillPlaceholders(file, { round }) }),
  };
}
