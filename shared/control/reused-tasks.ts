import { z } from 'zod';
import { crewOfFile } from '../crew/link.ts';
import { parseJson } from '../parse-json.ts';
import type { EventDraft, FileContent, ResultCost } from '../run/events.ts';
import { tasksByName } from '../run/expansion/crew-around.ts';
import type { Expansion } from '../run/expansion/grow-crew.ts';
import type { NotChosenBecause } from '../run/not-chosen.ts';
import type { TaskState } from '../run/task-state.ts';
import { ranksOfStep } from './expansion/ranks-of-step.ts';
import type { Recorder } from './recorder.ts';
import { startedOf } from './run-facts.ts';
import { beside } from './turns/completion-flags.ts';
import type { Results } from './turns/results.ts';

/** The end of a task in an earlier run, for reuse in a new one. */
export interface ReusedTask {
  task: string;
  /** The run in which the task ended. */
  from: string;
  /** The agent by assignment or vote; null if the crew file names the agent, or no agent executed the task. */
  assigned: string | null;
  end:
    | ({
        status: 'completed';
        text: string;
        took: ResultCost;
        files: readonly FileContent[];
        stale: string | null;
      } & Pick<TaskState, 'degraded' | 'missing' | 'shortened' | 'unmet' | 'edited' | 'choices'>)
    | { status: 'failed'; error: NonNullable<TaskState['error']> }
    | { status: 'skipped'; because: readonly string[] }
    | { status: 'not_chosen'; because: NotChosenBecause }
    | { status: 'cancelled' };
}

/** The instances of a task in an earlier run, which a new run has as well. */
export interface ReusedExpansion extends Expansion {
  /** The run in which the task expanded. */
  from: string;
  /** The items as a JSON array; null if they are the results of another task, and for a crew file. */
  items: string | null;
  /** The hash of the crew file. */
  crew?: string;
}

/** The ends of tasks with which a new run starts. */
export interface ReusedTasks {
  /** The run that is repeated. */
  run: string;
  /** A task comes after the task whose results are its items. */
  expansions?: readonly ReusedExpansion[];
  tasks: readonly ReusedTask[];
}

/** Journals the ends of reused tasks before the first decision of the new run, which then owns their results. */
export function emitReused(recorder: Recorder, results: Results, { tasks, expansions = [] }: ReusedTasks): void {
  for (const expansion of expansions) emitExpansion(recorder, results, expansion);
  for (const { task, from, assigned, end } of tasks) {
    if (assigned !== null) recorder.emit({ type: 'task.assigned', task, agent: assigned });
    recorder.emit(draftOf(recorder, task, from, end));
    if (end.status === 'completed') results.keep(task, end.text);
    results.ended(task);
  }
}

function emitExpansion(recorder: Recorder, results: Results, expansion: ReusedExpansion): void {
  const { task, kind = 'for_each', count, round, titles, output_files, files, crew, items, from } = expansion;
  const ranks = kind === 'crew' ? { ranks: ranksInFile(recorder, task) } : {};
  recorder.emit({
    type: 'task.expanded',
    task,
    kind,
    count,
    ...(round === undefined ? {} : { round }),
    ...(items === null ? {} : recorder.body(items)),
    ...(titles === undefined ? {} : { titles: [...titles] }),
    ...(output_files === undefined ? {} : { output_files: [...output_files] }),
    ...(files === undefined ? {} : { files: { ...files } }),
    ...(crew === undefined ? {} : { crew }),
    ...ranks,
    kept: from,
  });
  const parsed = z.array(z.json()).safeParse(parseJson(items ?? ''));
  if (parsed.success) results.keepItems(task, parsed.data);
  results.grow(recorder.state.run.crew);
}

/** The ranks of the tasks of a crew file in this run. */
function ranksInFile({ state: { run } }: Recorder, step: string): Record<string, number> {
  const file = tasksByName(run.crew).get(step)?.crew;
  const inner = file === undefined ? undefined : crewOfFile(run.crew, file);
  return inner ? ranksOfStep(startedOf(run).ranks, step, inner) : {};
}

function draftOf(recorder: Recorder, task: string, kept: string, end: ReusedTask['end']): EventDraft {
  switch (end.status) {
    case 'completed': {
      const { text, took, stale, choices } = end;
      return {
        type: 'task.completed',
        task,
        ...recorder.body(text),
        ...beside(end),
        ...(choices === null ? {} : { choices: [...choices] }),
        kept,
        ...(stale === null ? {} : { stale }),
        took,
      };
    }
    case 'failed':
      return { type: 'task.failed', task, ...end.error, kept };
    case 'skipped':
      return { type: 'task.skipped', task, because: [...end.because], kept };
    case 'not_chosen':
      return { type: 'task.not_chosen', task, because: end.because, kept };
    case 'cancelled':
      return { type: 'task.cancelled', task, kept };
  }
}
