import { z } from 'zod';
import type { EventDraft } from '../../run/events.ts';
import type { RunState } from '../../run/state.ts';
import type { TaskState } from '../../run/task-state.ts';
import { countedTasks } from '../../run/tasks-of-run.ts';
import type { SlotAnswer } from '../../slot/slot-request.ts';
import type { TurnKey } from '../../slot/turn-key.ts';
import { TOOLS, type ToolArguments } from '../../tools/catalogue.ts';
import { attemptOf } from '../base/active-turn.ts';

const ARGUMENTS = TOOLS.performance_monitor.arguments;
type Arguments = ToolArguments<'performance_monitor'>;
/** For messages. */
const ACTIONS = ARGUMENTS.shape.action.options.join(', ');

/** The maximum number of tasks listed in the metrics. Counts include all tasks. */
const LISTED_TASKS = 100;

/** The answer to a call, and the event that records it, if there is one. */
export interface MonitorReply {
  draft: EventDraft | null;
  answer: SlotAnswer;
}

/** The tool `performance_monitor`. Answers from the state of the run. */
export class Monitor {
  /** The start of tracking, by the name that an agent chose. */
  readonly #tracked = new Map<string, number>();

  /** Answers a call of a turn at run time `t`. */
  handle(key: TurnKey, given: unknown, run: RunState, t: number): MonitorReply {
    const parsed = ARGUMENTS.safeParse(given);
    if (!parsed.success) return refused(`Performance monitor: ${z.prettifyError(parsed.error)}. Actions: ${ACTIONS}.`);
    const { action, task_id: id = key.task } = parsed.data;
    switch (action) {
      case 'start_tracking':
        this.#tracked.set(id, t);
        return answered(`Performance tracking started for task: ${parsed.data.task_name ?? id}`);
      case 'end_tracking':
        return this.#end(id, run, t);
      case 'log_milestone':
        return this.#milestone(key, id, parsed.data, run);
      case 'get_metrics':
        return answered(JSON.stringify(metricsOf(run, t)));
      default:
        return action satisfies never;
    }
  }

  #end(id: string, run: RunState, t: number): MonitorReply {
    const start = this.#tracked.get(id) ?? run.tasks.get(id)?.turns.at(0)?.start;
    if (start === undefined) return this.#unknownTask(id, run);
    return answered(`Performance tracking completed for task ${id}: ${((t - start) / 1000).toFixed(2)}s`);
  }

  #milestone(key: TurnKey, id: string, { milestone, data }: Arguments, run: RunState): MonitorReply {
    if (!this.#tracked.has(id) && !run.tasks.has(id)) return this.#unknownTask(id, run);
    if (milestone === undefined) return refused('Performance monitor: milestone is missing.');
    const extra = data === undefined ? {} : { data };
    const draft: EventDraft = { type: 'milestone', ...attemptOf(key), name: milestone, ...extra };
    return { draft, answer: { ok: true, text: `Milestone logged: ${milestone}` } };
  }

  #unknownTask(id: string, run: RunState): MonitorReply {
    const names = [...new Set([...this.#tracked.keys(), ...run.tasks.keys()])].slice(0, LISTED_TASKS);
    return refused(`Task not found: ${id}. Tasks: ${names.join(', ')}`);
  }
}

function answered(text: string): MonitorReply {
  return { draft: null, answer: { ok: true, text } };
}

function refused(text: string): MonitorReply {
  return { draft: null, answer: { ok: false, text } };
}

/** Returns the original tool's metrics for this run. Durations are in seconds, from a task's first start to its end. */
function metricsOf(state: RunState, now: number): object {
  const tasks = countedTasks(state);
  const completed = tasks.filter((task) => task.status === 'completed');
  const total = completed.reduce((sum, task) => sum + secondsOf(task, now), 0);
  const begun = tasks.filter((task) => task.turns.length > 0).slice(-LISTED_TASKS);
  return {
    total_tasks: tasks.length,
    completed_tasks: completed.length,
    running_tasks: tasks.filter((task) => task.running > 0).length,
    average_duration: completed.length === 0 ? 0 : rounded(total / completed.length),
    metrics: Object.fromEntries(begun.map((task) => [task.name, metricOf(task, now)])),
  };
}

function metricOf(task: TaskState, now: number): object {
  return {
    task_name: task.name,
    status: task.running > 0 ? 'running' : task.status,
    start_time: rounded((task.turns[0]?.start ?? 0) / 1000),
    duration: rounded(secondsOf(task, now)),
    milestones: task.turns.flatMap((turn) => turn.milestones.map((milestone) => milestone.name)),
  };
}

function secondsOf(task: TaskState, now: number): number {
  const start = task.turns[0]?.start;
  return start === undefined ? 0 : ((task.endedAt ?? now) - start) / 1000;
}

function rounded(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
