import type { Outcome } from '../../shared/figures/counts.ts';
import { type MeasuredFigures, measuredFigures } from '../../shared/figures/figures.ts';
import type { TaskFigures } from '../../shared/figures/task-figures.ts';
import { tokensOf } from '../../shared/figures/usage.ts';
import type { Crew } from '../../shared/project/schema.ts';
import type { RunState, TaskStatus } from '../../shared/run/state.ts';

/** One task in `run --json`. Times are seconds of run time with three decimals. */
export interface ResultObject {
  task: string;
  assigned_agent: string | null;
  status: TaskStatus;
  attempts: number;
  started_s: number | null;
  ended_s: number | null;
  slot: number | null;
  degraded: boolean;
  cached: boolean;
  /** A person changed its result, or wrote it; absent otherwise. */
  edited?: true;
  /** Its result ends where the model reached the length of an answer; absent otherwise. */
  cut_at_length?: true;
  /** Its end was kept from an earlier run; absent otherwise. */
  kept?: true;
  error: { kind: string; message: string } | null;
  result: string | null;
}

/** The object that `run --json` prints. `success_rate` is in percent, the other rates are fractions. */
export interface RunObject {
  run_id: string;
  run_dir: string;
  outcome: Outcome;
  reason: RunState['interrupted'];
  rehearsal: boolean;
  success_rate: number;
  total_tasks: number;
  completed_tasks: number;
  failed_tasks: number;
  skipped_tasks: number;
  not_chosen_tasks: number;
  cancelled_tasks: number;
  pending_tasks: number;
  degraded_tasks: number;
  cached_tasks: number;
  /** Absent where nothing was kept from an earlier run. */
  kept_tasks?: number;
  /** How often the run was resumed; absent where it was not. */
  resumptions?: number;
  /** Turns that were lost with the process that ran the crew, and ran again; absent where there are none. */
  lost_turns?: number;
  makespan_s: number;
  sequential_s: number;
  time_saved: number | null;
  lower_bound_s: number;
  schedule_efficiency: number | null;
  predicted_s: number | null;
  peak_concurrency: number;
  mean_concurrency: number;
  tokens: number;
  cost_usd: number | null;
  /** Prompt tokens that providers took from their cache; absent if none. */
  cached_prompt_tokens?: number;
  /** `cost_usd` contains cached tokens at the full price, because their own is unknown. */
  cost_at_most?: true;
  results: ResultObject[];
}

/** `texts`: the results of tasks by name, those in blobs too. */
export function runObject(
  project: Crew,
  state: RunState,
  texts: ReadonlyMap<string, string>,
  runDir: string,
): RunObject {
  const figures = measuredFigures(project, state, { texts });
  const { run_id, ...rest } = mainFigures(figures, state, texts);
  return { run_id, run_dir: runDir, ...rest };
}

/** The object without the place of the run's folder, which is no figure. */
export function mainFigures(
  { runId, outcome, reason, rehearsal, counts, time, usage, lost, tasks }: MeasuredFigures,
  state: RunState,
  texts: ReadonlyMap<string, string>,
): Omit<RunObject, 'run_dir'> {
  const predicted = state.started?.prediction.makespan_ms ?? null;
  return {
    run_id: runId,
    outcome,
    reason,
    rehearsal,
    success_rate: counts.successRate * 100,
    total_tasks: counts.total,
    completed_tasks: counts.completed,
    failed_tasks: counts.failed,
    skipped_tasks: counts.skipped,
    not_chosen_tasks: counts.notChosen,
    cancelled_tasks: counts.cancelled,
    pending_tasks: counts.pending,
    degraded_tasks: counts.degraded,
    cached_tasks: counts.cached,
    ...(counts.kept > 0 ? { kept_tasks: counts.kept } : {}),
    ...(lost.resumptions > 0 ? { resumptions: lost.resumptions } : {}),
    ...(lost.turns > 0 ? { lost_turns: lost.turns } : {}),
    makespan_s: time.makespanMs / 1000,
    sequential_s: time.sequentialMs / 1000,
    time_saved: time.timeSaved,
    lower_bound_s: time.lowerBound.ms / 1000,
    schedule_efficiency: time.efficiency,
    predicted_s: predicted === null ? null : predicted / 1000,
    peak_concurrency: time.concurrency.peak,
    mean_concurrency: time.concurrency.mean,
    tokens: tokensOf(usage),
    cost_usd: usage.costUsd,
    ...(usage.cachedTokens > 0 ? { cached_prompt_tokens: usage.cachedTokens } : {}),
    ...(usage.costAtMost ? { cost_at_most: true as const } : {}),
    results: tasks.filter((task) => !task.isAssignment).map((task) => resultObject(task, texts)),
  };
}

function resultObject(task: TaskFigures, texts: ReadonlyMap<string, string>): ResultObject {
  return {
    task: task.name,
    assigned_agent: task.agent,
    status: task.status,
    attempts: task.attempts,
    started_s: secondsOrNull(task.startedMs),
    ended_s: secondsOrNull(task.endedMs),
    slot: task.slot,
    degraded: task.degraded,
    cached: task.cached,
    ...(task.edited ? { edited: true as const } : {}),
    ...(task.cutAtLength ? { cut_at_length: true as const } : {}),
    ...(task.kept ? { kept: true as const } : {}),
    error: task.error,
    result: task.status === 'completed' ? (texts.get(task.name) ?? null) : null,
  };
}

function secondsOrNull(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
