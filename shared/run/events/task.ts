import { z } from 'zod';
import {
  cacheAsked,
  cacheMissed,
  conditionEvaluated,
  taskAssigned,
  taskEnded,
  taskFailed,
  taskReady,
  untilEvaluated,
} from '../../scheduler/tasks.ts';
import { degradedReason } from '../degraded.ts';
import { notChosenBecauseSchema, notChosenText } from '../not-chosen.ts';
import type { RunState } from '../state.ts';
import type { TaskState } from '../task-state.ts';
import { isExpanded } from '../tasks-of-run.ts';
import { eventKind } from './kind.ts';
import { inTask, scheduleTask } from './of-task.ts';
import { body, eventSchema, failed, fileContentSchema, kept, resultCostSchema } from './shapes.ts';

/** Events of a task outside its turns: from ready to its end, and the search for a stored result. */
export const TASK_EVENTS = {
  /** The context of the task has ended, so that the task can start. */
  'task.ready': eventKind(eventSchema('task.ready', { task: z.string() }), {
    fold: inTask((task, { t }) => {
      task.readyAt = t;
    }),
    schedule: scheduleTask(taskReady),
  }),
  /** The manager chose the agent of the task. */
  'task.assigned': eventKind(eventSchema('task.assigned', { task: z.string(), agent: z.string() }), {
    fold: (run, { task: name, agent, t }) => {
      for (const task of withInstances(run, name)) {
        task.agent = agent;
        task.assignedAt = t;
      }
    },
    describe: ({ agent }) => `to ${agent}`,
    schedule: scheduleTask((state, task, { agent }) => taskAssigned(state, task, agent)),
  }),
  /** The task has its result. */
  'task.completed': eventKind(
    eventSchema('task.completed', {
      task: z.string(),
      ...body,
      degraded: z.literal(true).optional(),
      /** Tasks in the context that gave no result. */
      missing: z.array(z.string()).optional(),
      /** Tasks in the context whose results were shortened to fit the context window of the model. */
      shortened: z.array(z.string()).optional(),
      /** Why the result does not meet guardrails of the task, if it was kept nevertheless. It is degraded then. */
      unmet: z.array(z.string()).optional(),
      /** The run that made the result, if it comes from the cache or is reused from an earlier run. */
      cached: z.string().optional(),
      kept,
      /** Why a reused result is stale, as a text that follows the name of the task. */
      stale: z.string().optional(),
      /** The time and cost of the result in the run that made it. */
      took: resultCostSchema.optional(),
      /** Files that the result was made from or that it wrote, if its turns are in the journal of another run. */
      files: z.array(fileContentSchema).optional(),
      /** A person edited the result in a review. */
      edited: z.literal(true).optional(),
      /** What a router chose. */
      choices: z.array(z.string()).optional(),
    }),
    {
      fold: inTask((task, event) => {
        endTask(task, 'completed', event);
        task.result = event.blob === undefined ? { text: event.text ?? '' } : { blob: event.blob };
        task.degraded = event.degraded ?? false;
        task.missing = event.missing ?? [];
        task.shortened = event.shortened ?? [];
        task.unmet = event.unmet ?? [];
        task.cachedFrom = event.cached ?? null;
        task.stale = event.stale ?? null;
        task.took = event.took ?? null;
        task.files = event.files ?? [];
        task.edited = event.edited ?? false;
        task.choices = event.choices ?? null;
      }),
      describe: ({ degraded, missing = [], unmet = [], edited, cached, kept: from, choices }) =>
        [
          ...(choices === undefined ? [] : [`chose ${choices.join(', ')}`]),
          ...(cached === undefined ? [] : [`cached result from run ${cached}`]),
          ...(from === undefined ? [] : [`reused from run ${from}`]),
          ...(degraded ? [`degraded, ${degradedReason({ missing, unmet })}`] : []),
          ...(edited ? ['edited by a person'] : []),
        ].join('; '),
      schedule: scheduleTask((state, task, { degraded = false, choices }) =>
        taskEnded(state, task, 'completed', degraded, choices),
      ),
    },
  ),
  /** The task failed permanently. */
  'task.failed': eventKind(eventSchema('task.failed', { task: z.string(), ...failed, kept }), {
    fold: inTask((task, event) => {
      endTask(task, 'failed', event);
      task.error = { kind: event.kind, message: event.message };
    }),
    describe: ({ message }) => message,
    schedule: scheduleTask((state, task, { kind, message }) => taskFailed(state, task, { kind, message })),
  }),
  /** The task was skipped, because tasks in its context gave no result. */
  'task.skipped': eventKind(eventSchema('task.skipped', { task: z.string(), because: z.array(z.string()), kept }), {
    fold: inTask((task, event) => {
      endTask(task, 'skipped', event);
      task.skippedBecause = event.because;
    }),
    describe: ({ because }) => `because of ${because.join(', ')}`,
    schedule: scheduleTask((state, task) => taskEnded(state, task, 'skipped', false)),
  }),
  /**
   * The task is not needed. `because`: no choice edge matched, nothing of its context was chosen, or its `when` is
   * false. Absent in journals of earlier versions: nothing of its context was chosen.
   */
  'task.not_chosen': eventKind(
    eventSchema('task.not_chosen', { task: z.string(), because: notChosenBecauseSchema.optional(), kept }),
    {
      fold: inTask((task, event) => {
        endTask(task, 'not_chosen', event);
        task.notChosenBecause = event.because ?? 'context';
      }),
      describe: ({ because }) => notChosenText(because ?? 'context'),
      schedule: scheduleTask((state, task) => taskEnded(state, task, 'not_chosen', false)),
    },
  ),
  /**
   * An expression of the task was evaluated. `value`: null if that failed; then `detail` is the error. Otherwise
   * `detail` lists the values that it used; for `where`, which has a value for each item, it counts the items.
   */
  'task.condition': eventKind(
    eventSchema('task.condition', {
      task: z.string(),
      of: z.enum(['when', 'where', 'until']),
      value: z.boolean().nullable(),
      detail: z.string(),
    }),
    {
      fold: inTask((task, { t, of, value, detail }) => {
        task.conditions.push({ t, of, value, detail });
      }),
      describe: ({ of, value, detail }) =>
        value === null || of === 'where' ? detail : `${of} is ${value}${detail === '' ? '' : `: ${detail}`}`,
      schedule: scheduleTask((state, task, event) => {
        if (event.of === 'when') conditionEvaluated(state, task, event);
        if (event.of === 'until') untilEvaluated(state, task, event);
      }),
    },
  ),
  /** The task was cancelled before it ended. */
  'task.cancelled': eventKind(eventSchema('task.cancelled', { task: z.string(), kept }), {
    fold: inTask((task, event) => endTask(task, 'cancelled', event)),
    schedule: scheduleTask((state, task, event) => {
      // A task that was cancelled in an earlier run stops nothing in this one.
      if (event.kept === undefined) state.stopping = true;
      taskEnded(state, task, 'cancelled', false);
    }),
  }),
  /** The cache is searched before the task starts. A hit is `task.completed` with `cached`. */
  'cache.asked': eventKind(eventSchema('cache.asked', { task: z.string() }), {
    fold: inTask((task, { t }) => {
      task.cacheMiss = null;
      task.lookups.push({ start: t, end: null });
    }),
    schedule: scheduleTask((_, task) => cacheAsked(task)),
  }),
  /** The cache has no usable result. `changed`: a result exists, but these files have changed since. */
  'cache.missed': eventKind(
    eventSchema('cache.missed', { task: z.string(), changed: z.array(z.string()).optional() }),
    {
      fold: inTask((task, event) => {
        endLookup(task, event.t);
        task.cacheMiss = { changed: event.changed ?? [] };
      }),
      describe: ({ changed }) =>
        changed === undefined ? 'no cached result' : `changed since it was stored: ${changed.join(', ')}`,
      schedule: scheduleTask(cacheMissed),
    },
  ),
};

/** Returns a task and the tasks that it expanded to, which have its agent. */
function withInstances({ tasks }: RunState, name: string): TaskState[] {
  const task = tasks.get(name);
  if (!task) return [];
  if (!isExpanded(task) || task.expansion?.kind === 'crew') return [task];
  const instances = task.context.flatMap((instance) => tasks.get(instance) ?? []);
  return [task, ...instances.filter(({ instance }) => instance?.of === name)];
}

interface TaskEnd {
  t: number;
  seq: number;
  kept?: string | undefined;
}

function endTask(task: TaskState, status: TaskState['status'], event: TaskEnd): void {
  task.status = status;
  task.reusedFrom = event.kept ?? null;
  task.endedAt = event.t;
  task.endSeq = event.seq;
  endLookup(task, event.t);
}

function endLookup({ lookups }: TaskState, t: number): void {
  const last = lookups.at(-1);
  if (last) last.end ??= t;
}
