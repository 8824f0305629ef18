import { contextOf } from '../crew/context.ts';
import type { Crew, Task } from '../crew/schema.ts';
import { assignmentsOf, isAssignment } from './assignment.ts';
import { councilOf } from './consensus.ts';
import { type Expansion, growCrew } from './expansion/grow-crew.ts';
import { instanceOf } from './expansion/task-names.ts';
import type { RunState } from './state.ts';
import type { TaskState } from './task-state.ts';
import type { ResultBody } from './turn-state.ts';

/** Returns the states of a crew's tasks before the first event. */
export function newTasks(crew: Crew): Map<string, TaskState> {
  return tasksOf(crew, new Map());
}

/** A task expanded: adds its instances to the tasks of the run, after the task itself. */
export function growRun(
  run: RunState,
  event: Expansion & { t: number; text?: string | undefined; blob?: string | undefined },
): void {
  const parent = run.tasks.get(event.task);
  if (!parent) return;
  if (event.kind === 'repeat') {
    growLoop(run, event);
    return;
  }
  if (parent.expansion) return;
  parent.expansion = {
    kind: event.kind ?? 'for_each',
    count: event.count,
    at: event.t,
    startedAt: null,
    items: bodyOf(event),
  };
  run.crew = growCrew(run.crew, event);
  run.tasks = tasksOf(run.crew, run.tasks);
  for (const { name, capacity } of run.crew.pools) {
    if (!run.resources.has(name)) run.resources.set(name, { name, capacity, declared: true, leases: [] });
  }
}

/** A loop began a round: its tasks wait for those of the round. */
function growLoop(run: RunState, event: Expansion & { t: number }): void {
  const { task, round = 1, t } = event;
  const closing = run.tasks.get(task)?.expansion;
  if (round !== (closing?.round ?? 0) + 1) return;
  run.crew = growCrew(run.crew, event);
  run.tasks = tasksOf(run.crew, run.tasks);
  for (const { name } of run.crew.loops?.[task] ?? []) {
    const state = run.tasks.get(name);
    if (state)
      state.expansion = {
        kind: 'repeat',
        count: 1,
        at: state.expansion?.at ?? t,
        startedAt: state.expansion?.startedAt ?? null,
        items: null,
        round,
      };
  }
}

/** Whether a task expanded to other tasks, which count in its place. An empty list leaves the task itself. */
export function isExpanded(task: TaskState): boolean {
  return (task.expansion?.count ?? 0) > 0;
}

/** Returns the tasks that count: those of the file, with the instances of the expanded ones in their place. */
export function countedTasks({ tasks }: RunState): TaskState[] {
  return [...tasks.values()].filter((task) => task.index >= 0 && !isExpanded(task));
}

function bodyOf({ text, blob }: { text?: string | undefined; blob?: string | undefined }): ResultBody | null {
  if (blob !== undefined) return { blob };
  return text === undefined ? null : { text };
}

/** Returns the tasks of the crew in its order, and the managers' assignments last. Those that are known remain. */
function tasksOf(crew: Crew, known: ReadonlyMap<string, TaskState>): Map<string, TaskState> {
  const tasks = new Map<string, TaskState>();
  crew.tasks.forEach((task, index) => {
    const before = known.get(task.name);
    if (before) {
      before.index = index;
      before.context = contextOf(task);
    }
    tasks.set(task.name, before ?? newTask(crew, task, index, known));
  });
  for (const [name, task] of known) if (isAssignment(name)) tasks.set(name, task);
  for (const { name, manager } of assignmentsOf(crew))
    if (!tasks.has(name)) tasks.set(name, emptyTask(name, -1, manager));
  return tasks;
}

function newTask(crew: Crew, task: Task, index: number, known: ReadonlyMap<string, TaskState>): TaskState {
  const instance = instanceOf(task.name);
  // A task of a crew file has an agent of its own.
  const parent = instance && (instance.index ?? instance.round) !== null ? known.get(instance.of) : null;
  return {
    ...emptyTask(task.name, index, task.agent ?? parent?.agent ?? null),
    async: task.async,
    context: contextOf(task),
    council: councilOf(crew, task),
    instance,
    assignedAt: parent?.assignedAt ?? null,
  };
}

function emptyTask(name: string, index: number, agent: string | null): TaskState {
  return {
    name,
    index,
    instance: null,
    expansion: null,
    agent,
    async: true,
    context: [],
    status: 'pending',
    readyAt: null,
    assignedAt: null,
    endedAt: null,
    turns: [],
    running: 0,
    result: null,
    degraded: false,
    unmet: [],
    missing: [],
    shortened: [],
    lookups: [],
    cacheMiss: null,
    cachedFrom: null,
    reusedFrom: null,
    stale: null,
    took: null,
    files: [],
    edited: false,
    error: null,
    skippedBecause: [],
    notChosenBecause: null,
    choices: null,
    conditions: [],
    reviews: [],
    questions: [],
    checks: [],
    council: [],
    proposals: [],
    votes: [],
    endSeq: null,
  };
}
