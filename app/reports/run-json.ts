import { type JsonFigures, jsonFigures } from '../../shared/figures/catalogue/catalogue.ts';
import type { Outcome } from '../../shared/figures/counts.ts';
import { type MeasuredFigures, measuredFigures } from '../../shared/figures/figures.ts';
import type { TaskFigures } from '../../shared/figures/task-figures.ts';
import type { LastAnswer } from '../../shared/run/events.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { TaskStatus } from '../../shared/run/task-state.ts';

/** One task in `run --json`. Times are seconds of run time with three decimals. */
export interface ResultObject {
  task: string;
  /**
   * The task that it joined the run for, and the number of its item or of its round in a loop, from 1; absent for a task
   * of the crew file.
   */
  of?: string;
  index?: number;
  round?: number;
  /** The number of items that it expanded to; absent if it did not. Its instances follow. */
  items?: number;
  assigned_agent: string | null;
  status: TaskStatus;
  attempts: number;
  started_s: number | null;
  ended_s: number | null;
  slot: number | null;
  degraded: boolean;
  cached: boolean;
  /** Whether a person edited or wrote the result; absent otherwise. */
  edited?: true;
  /** Whether the result is truncated; absent otherwise. */
  cut_at_length?: true;
  /** Why the result is a last answer without tools; absent otherwise. */
  last_answer?: LastAnswer;
  /** The names of settings that were not sent, because the model does not accept them; absent if none. */
  left_out?: readonly string[];
  /** The fallback that gave the result, as `provider/model`; absent if the agent's own model did. */
  fallback?: string;
  /** Whether the task was reused from an earlier run; absent otherwise. */
  kept?: true;
  /** What a router chose; absent for other tasks. */
  choices?: readonly string[];
  error: { kind: string; message: string } | null;
  result: string | null;
}

/**
 * The object that `run --json` prints: the identity of the run, and the figures of the catalogue that have a JSON
 * key. `success_rate` is in percent, the other rates are fractions.
 */
export interface RunObject extends JsonFigures {
  run_id: string;
  run_dir: string;
  outcome: Outcome;
  reason: RunState['interrupted'];
  rehearsal: boolean;
  /** The makespan predicted before the run; null if it is unknown. */
  predicted_s: number | null;
  /** Prompt tokens that providers took from their cache; absent if none. */
  cached_prompt_tokens?: number;
  /** `cost_usd` contains cached tokens at the full price, because their own is unknown. */
  cost_at_most?: true;
  results: ResultObject[];
}

/** Returns the object of a run. `texts`: the results of tasks by name, including those in blobs. */
export function runObject(state: RunState, texts: ReadonlyMap<string, string>, runDir: string): RunObject {
  return runObjectOf(measuredFigures(state, { texts }), state, texts, runDir);
}

/** Like `runObject`, for figures that are already computed. */
export function runObjectOf(
  figures: MeasuredFigures,
  state: RunState,
  texts: ReadonlyMap<string, string>,
  runDir: string,
): RunObject {
  const { run_id, ...rest } = mainFigures(figures, state, texts);
  return { run_id, run_dir: runDir, ...rest };
}

/** Returns the object without the path of the run folder. */
export function mainFigures(
  figures: MeasuredFigures,
  state: RunState,
  texts: ReadonlyMap<string, string>,
): Omit<RunObject, 'run_dir'> {
  const { runId, outcome, reason, rehearsal, usage, tasks } = figures;
  const predicted = state.started?.prediction.makespan_ms ?? null;
  return {
    run_id: runId,
    outcome,
    reason,
    rehearsal,
    ...jsonFigures(figures),
    predicted_s: predicted === null ? null : predicted / 1000,
    ...(usage.cachedTokens > 0 ? { cached_prompt_tokens: usage.cachedTokens } : {}),
    ...(usage.costAtMost ? { cost_at_most: true as const } : {}),
    results: tasks.filter((task) => !task.isAssignment).map((task) => resultObject(task, texts)),
  };
}

function resultObject(task: TaskFigures, texts: ReadonlyMap<string, string>): ResultObject {
  return {
    task: task.name,
    ...(task.instance ? { of: task.instance.of } : {}),
    ...(task.instance?.index ? { index: task.instance.index } : {}),
    ...(task.instance?.round ? { round: task.instance.round } : {}),
    ...(task.items === null ? {} : { items: task.items }),
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
    ...(task.lastAnswer === null ? {} : { last_answer: task.lastAnswer }),
    ...(task.leftOut.length === 0 ? {} : { left_out: task.leftOut }),
    ...(task.fallback === null ? {} : { fallback: task.fallback }),
    ...(task.kept ? { kept: true as const } : {}),
    ...(task.choices === null ? {} : { choices: task.choices }),
    error: task.error,
    result: task.status === 'completed' ? (texts.get(task.name) ?? null) : null,
  };
}

function secondsOrNull(ms: number | null): number | null {
  return ms === null ? null : ms / 1000;
}
