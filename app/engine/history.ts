import { dirname } from 'node:path';
import { z } from 'zod';
import { type CallCount, callCountOf, workMs } from '../../shared/run/call-count.ts';
import { withoutItems } from '../../shared/run/expansion/task-names.ts';
import type { RunState } from '../../shared/run/state.ts';
import type { TaskState } from '../../shared/run/task-state.ts';
import type { TurnState } from '../../shared/run/turn-state.ts';
import { replaceFile } from '../base/folder-handle.ts';
import { sha256 } from '../base/hash.ts';
import { readJsonFile } from '../base/json-file.ts';
import { makePrivateFolder } from '../base/private-folder.ts';
import { writeFailure } from '../base/system-error.ts';
import type { RunHistory } from './request.ts';

/** The number of busy times kept for each task. */
const KEPT = 20;

const historySchema = z.object({
  format: z.literal('crewlane-history/1'),
  /** Busy times in milliseconds by fingerprint, the latest first. */
  busy_ms: z.record(z.string(), z.array(z.int().nonnegative())),
  /** Model calls by fingerprint, the latest first; absent in files of earlier versions. */
  model_calls: z
    .record(z.string(), z.array(z.object({ calls: z.int().positive(), tokens: z.int().nonnegative() })))
    .default({}),
  /** The numbers of items of tasks with `for_each` and of rounds of loops, by fingerprint, the latest first. */
  items: z.record(z.string(), z.array(z.int().nonnegative())).default({}),
});

/** Numbers of items of tasks with `for_each` in earlier runs, by fingerprint, the latest first. */
export type ItemCounts = Readonly<Record<string, readonly number[]>>;

/** Busy times of earlier runs in milliseconds, by fingerprint, the latest first. */
export type BusyTimes = Readonly<Record<string, readonly number[]>>;

/** The model calls of earlier runs, by fingerprint, the latest first. */
export type CallCounts = Readonly<Record<string, readonly CallCount[]>>;

/** The fingerprint of a task: SHA-256, in hex, of its canonical text. */
export function fingerprintOf(canonical: string): string {
  return sha256(canonical);
}

/** Reads the busy times of earlier runs. A missing or unreadable file counts as empty. */
export async function readHistory(file: string): Promise<BusyTimes> {
  return (await read(file)).busy_ms;
}

/** Reads the model calls of earlier runs. A missing or unreadable file counts as empty. */
export async function readCallCounts(file: string): Promise<CallCounts> {
  return (await read(file)).model_calls;
}

/** Reads the numbers of items of earlier runs. A missing or unreadable file counts as empty. */
export async function readItemCounts(file: string): Promise<ItemCounts> {
  return (await read(file)).items;
}

async function read(file: string): Promise<z.infer<typeof historySchema>> {
  const found = await readJsonFile(file);
  const parsed = historySchema.safeParse(found.ok ? found.value : null);
  return parsed.success ? parsed.data : { format: 'crewlane-history/1', busy_ms: {}, model_calls: {}, items: {} };
}

/**
 * Adds the busy times and the model calls of the tasks that a run executed to completion, without failure and with their whole context.
 * @returns why they could not be stored, for a person; null if they were
 */
export async function updateHistory({ file, canonical }: RunHistory, state: RunState): Promise<string | null> {
  const { busy_ms, model_calls, items } = await read(file);
  for (const task of state.tasks.values()) {
    const fingerprint = fingerprintOf(canonical(withoutItems(task.name)));
    const count = learnedCount(state, task);
    if (count !== null) items[fingerprint] = [count, ...(items[fingerprint] ?? [])].slice(0, KEPT);
    const ms = typicalBusyMs(task);
    if (ms === null) continue;
    busy_ms[fingerprint] = [ms, ...(busy_ms[fingerprint] ?? [])].slice(0, KEPT);
    const calls = callCountOf(answeringTurns(task) ?? []);
    if (calls) model_calls[fingerprint] = [calls, ...(model_calls[fingerprint] ?? [])].slice(0, KEPT);
  }
  try {
    await makePrivateFolder(dirname(file));
    await replaceFile(file, JSON.stringify({ format: 'crewlane-history/1', busy_ms, model_calls, items }));
    return null;
  } catch (error) {
    return `The lengths of the tasks could not be stored in ${file} for later estimates: ${writeFailure(error)}.`;
  }
}

/** Returns the number of items or of rounds that a run adds to the history of a task; null for other tasks. */
function learnedCount({ crew }: RunState, { index, status, expansion, reusedFrom }: TaskState): number | null {
  if (!expansion || reusedFrom !== null) return null;
  if (expansion.kind === 'for_each') return expansion.count;
  const isClosing = crew.tasks[index]?.repeat !== undefined;
  return isClosing && status === 'completed' ? (expansion.round ?? null) : null;
}

/**
 * Busy time of the turns that answer a task, less their waits for permits: for each turn, the first attempt that
 * ended `ok`. Null if the task has no typical time: it did not complete, this run did not produce its result, its
 * context was incomplete, or its answer continued from the calls of a turn that failed or was lost, so that no single
 * turn did all of the work.
 */
export function typicalBusyMs(task: TaskState): number | null {
  const answers = answeringTurns(task);
  return answers === null ? null : answers.reduce((sum, turn) => sum + workMs(turn), 0);
}

function answeringTurns(task: TaskState): TurnState[] | null {
  const isOwn = task.cachedFrom === null && task.reusedFrom === null;
  if (task.index < 0 || task.status !== 'completed' || !isOwn || task.degraded) return null;
  const answers = new Map<string | null, TurnState>();
  for (const turn of task.turns) {
    if (answers.has(turn.turn)) continue;
    if (turn.result === 'ok') answers.set(turn.turn, turn);
    else if (turn.calls.some((call) => call.error === null)) return null;
  }
  return answers.size === 0 ? null : [...answers.values()];
}
