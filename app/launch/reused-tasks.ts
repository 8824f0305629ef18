import type { ReusedExpansion, ReusedTask, ReusedTasks } from '../../shared/control/reused-tasks.ts';
import type { Crew, Task } from '../../shared/crew/schema.ts';
import { tasksByName } from '../../shared/run/expansion/crew-around.ts';
import { fileTaskOf, instanceOf, localName } from '../../shared/run/expansion/task-names.ts';
import { resultCostOf } from '../../shared/run/result-cost.ts';
import { filesBehind } from '../../shared/run/source-files.ts';
import type { TaskState } from '../../shared/run/task-state.ts';
import { keptExpansions } from './kept-expansions.ts';
import type { LoadedRun } from './load-run.ts';

/** Which tasks of an earlier run a new run reuses. */
export interface Reuse {
  reused: ReadonlySet<string>;
  /** The reasons why results are stale, by task. */
  stale: ReadonlyMap<string, string>;
  /** Whether a task that runs again for the same items, or with the same crew file, reuses what completed inside it. */
  keepsInstances: boolean;
  /** The task inside one of them that runs again in any case; null if there is none. */
  except: string | null;
}

/** Returns what a new run of `crew` reuses from an earlier run: ends of tasks, and the tasks that tasks expanded to. */
export function reusedTasks(run: LoadedRun, crew: Crew, reuse: Reuse): ReusedTasks {
  const { expanded, inner } = keptExpansions(run.state, crew, reuse);
  const known = tasksByName(run.state.crew);
  const ofFile = crew.tasks.flatMap((task) => (reuse.reused.has(task.name) ? [task] : []));
  const tasks = [...inner.flatMap((name) => known.get(name) ?? []), ...ofFile];
  return {
    run: run.started.run,
    expansions: expanded.flatMap((name) => expansionOf(run, name)),
    tasks: tasks.flatMap((task) => reusedTask(run, task, reuse)),
  };
}

function reusedTask({ state, started, texts }: LoadedRun, { name, agent }: Task, { stale }: Reuse): ReusedTask[] {
  const task = state.tasks.get(name);
  const reason = stale.get(fileTaskOf(name)) ?? task?.stale ?? null;
  const end = task ? endOf(task, texts.get(name) ?? '', reason) : null;
  if (!task || !end) return [];
  const assigned = agent === undefined ? task.agent : null;
  return [{ task: name, from: task.reusedFrom ?? started.run, assigned, end }];
}

function expansionOf(run: LoadedRun, name: string): ReusedExpansion[] {
  const { state, started } = run;
  const { expansion } = state.tasks.get(name) ?? {};
  if (!expansion) return [];
  const { kind, count } = expansion;
  if (kind === 'repeat') return roundsOfLoop(run, name);
  const instances = state.crew.tasks.filter((task) => instanceOf(task.name)?.of === name);
  const common = { task: name, kind, count, from: started.run };
  return [
    kind === 'crew'
      ? { ...common, ...ofCrewFile(run, name, instances) }
      : { ...common, ...ofList(run, name, instances) },
  ];
}

/** The rounds of the loop that a task ends; none for another task of the loop. */
function roundsOfLoop({ state, started }: LoadedRun, name: string): ReusedExpansion[] {
  const loop = state.crew.loops?.[name] ?? [];
  const rounds = loop.length === 0 ? 0 : (state.tasks.get(name)?.expansion?.round ?? 0);
  const common = { task: name, kind: 'repeat' as const, count: loop.length, items: null, from: started.run };
  return Array.from({ length: rounds }, (_, at) => ({ ...common, round: at + 1 }));
}

function ofList({ items }: LoadedRun, name: string, instances: readonly Task[]) {
  const titles = instances.flatMap(({ title }) => title ?? []);
  const files = instances.flatMap(({ output_file }) => output_file ?? []);
  return { items: items.get(name) ?? null, titles, ...(files.length > 0 ? { output_files: files } : {}) };
}

function ofCrewFile({ state }: LoadedRun, name: string, instances: readonly Task[]) {
  const file = tasksByName(state.crew).get(name)?.crew ?? '';
  const files = instances.flatMap((task) =>
    task.output_file === undefined ? [] : [[localName(task.name), task.output_file]],
  );
  const crew = state.crew.linked?.parts[file]?.sha256;
  return {
    items: null,
    ...(crew === undefined ? {} : { crew }),
    ...(files.length > 0 ? { files: Object.fromEntries(files) } : {}),
  };
}

function endOf(task: TaskState, text: string, stale: string | null): ReusedTask['end'] | null {
  switch (task.status) {
    case 'completed': {
      const { degraded, missing, shortened, unmet, edited, choices } = task;
      const origin = { took: resultCostOf(task), files: filesBehind(task), stale };
      return { status: 'completed', text, ...origin, degraded, missing, shortened, unmet, edited, choices };
    }
    case 'failed':
      return task.error && { status: 'failed', error: task.error };
    case 'skipped':
      return { status: 'skipped', because: task.skippedBecause };
    case 'not_chosen':
      return { status: 'not_chosen', because: task.notChosenBecause ?? 'context' };
    case 'cancelled':
      return { status: 'cancelled' };
    case 'pending': // A plan reuses only tasks that have ended.
      return null;
  }
}
