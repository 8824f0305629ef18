import { z } from 'zod';
import type { RunState, TaskState } from '../../../shared/run/state.ts';
import type { SlotAnswer } from '../../../shared/slot/protocol.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { RunClock } from '../run-clock.ts';
import { type ActiveTurn, attemptOf } from '../turns/active-turn.ts';

const ACTIONS = 'start_tracking, end_tracking, log_milestone, get_metrics';
/** The maximum number of tasks listed in the metrics. Counts include all tasks. */
const LISTED_TASKS = 100;

/** The arguments of the original tool. */
const argumentsSchema = z.object({
  action: z.string(),
  task_id: z.string().optional(),
  task_name: z.string().optional(),
  milestone: z.string().optional(),
  data: z.json().optional(),
});
type Arguments = z.infer<typeof argumentsSchema>;

/** The tool `performance_monitor`. Answers from the state of the run. */
export class Monitor {
  readonly #recorder: Recorder;
  readonly #clock: RunClock;
  /** The start of tracking, by the name that an agent chose. */
  readonly #tracked = new Map<string, number>();

  constructor(recorder: Recorder, clock: RunClock) {
    this.#recorder = recorder;
    this.#clock = clock;
  }

  handle(turn: ActiveTurn, given: unknown): SlotAnswer {
    const parsed = argumentsSchema.safeParse(given);
    if (!parsed.success) {
      return { ok: false, text: `Performance monitor: ${z.prettifyError(parsed.error)}. Actions: ${ACTIONS}.` };
    }
    switch (parsed.data.action) {
      case 'start_tracking':
        return this.#start(turn, parsed.data);
      case 'end_tracking':
        return this.#end(turn, parsed.data);
      case 'log_milestone':
        return this.#milestone(turn, parsed.data);
      case 'get_metrics':
        return { ok: true, text: JSON.stringify(metricsOf(this.#recorder.state, this.#clock.now())) };
      default:
        return { ok: false, text: `Performance monitor: Unknown action ${parsed.data.action}. Actions: ${ACTIONS}.` };
    }
  }

  #start(turn: ActiveTurn, { task_id, task_name }: Arguments): SlotAnswer {
    const id = task_id ?? turn.key.task;
    this.#tracked.set(id, this.#clock.now());
    return { ok: true, text: `Performance tracking started for task: ${task_name ?? id}` };
  }

  #end(turn: ActiveTurn, { task_id }: Arguments): SlotAnswer {
    const id = task_id ?? turn.key.task;
    const start = this.#tracked.get(id) ?? this.#recorder.state.tasks.get(id)?.turns.at(0)?.start;
    if (start === undefined) return this.#unknownTask(id);
    const seconds = ((this.#clock.now() - start) / 1000).toFixed(2);
    return { ok: true, text: `Performance tracking completed for task ${id}: ${seconds}s` };
  }

  #milestone(turn: ActiveTurn, { task_id, milestone, data }: Arguments): SlotAnswer {
    const id = task_id ?? turn.key.task;
    if (!this.#tracked.has(id) && !this.#recorder.state.tasks.has(id)) return this.#unknownTask(id);
    if (milestone === undefined) return { ok: false, text: 'Performance monitor: milestone is missing.' };
    const extra = data === undefined ? {} : { data };
    this.#recorder.emit({ type: 'milestone', ...attemptOf(turn), name: milestone, ...extra });
    return { ok: true, text: `Milestone logged: ${milestone}` };
  }

  #unknownTask(id: string): SlotAnswer {
    const names = [...new Set([...this.#tracked.keys(), ...this.#recorder.state.tasks.keys()])].slice(0, LISTED_TASKS);
    return { ok: false, text: `Task not found: ${id}. Tasks: ${names.join(', ')}` };
  }
}

/** Returns the original tool's metrics for this run. Durations are in seconds, from a task's first start to its end. */
function metricsOf(state: RunState, now: number): object {
  const tasks = [...state.tasks.values()].filter((task) => task.index >= 0);
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
