import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { RunState, TaskState } from '../../shared/run/state.ts';
import { replaceFile } from '../base/folder-handle.ts';
import { readJsonFile } from '../base/json-file.ts';
import { makePrivateFolder } from '../base/private-folder.ts';
import type { RunHistory } from './request.ts';

/** So many of the latest lengths are kept for a task. */
const KEPT = 20;

const historySchema = z.object({
  format: z.literal('crewlane-history/1'),
  /** Busy times in milliseconds by fingerprint, the latest first. */
  busy_ms: z.record(z.string(), z.array(z.int().nonnegative())),
});

/** Busy times of earlier runs in milliseconds, by fingerprint, the latest first. */
export type BusyTimes = Readonly<Record<string, readonly number[]>>;

/** The fingerprint of a task: SHA-256, in hex, of its canonical text. */
export function fingerprintOf(canonical: string): string {
  return createHash('sha256').update(canonical).digest('hex');
}

/** Reads the busy times of earlier runs. A missing or unreadable file counts as empty. */
export async function readHistory(file: string): Promise<BusyTimes> {
  const read = await readJsonFile(file);
  const parsed = historySchema.safeParse(read.ok ? read.value : null);
  return parsed.success ? parsed.data.busy_ms : {};
}

/** Adds the busy times of a run's tasks: of those that really ran to their end, on all that they were to get. */
export async function updateHistory({ file, canonical }: RunHistory, state: RunState): Promise<void> {
  const busy: Record<string, number[]> = {};
  for (const [fingerprint, times] of Object.entries(await readHistory(file))) busy[fingerprint] = [...times];
  for (const task of state.tasks.values()) {
    if (!isTypical(task)) continue;
    const fingerprint = fingerprintOf(canonical(task.name));
    busy[fingerprint] = [busyMs(task), ...(busy[fingerprint] ?? [])].slice(0, KEPT);
  }
  await makePrivateFolder(dirname(file));
  await replaceFile(file, JSON.stringify({ format: 'crewlane-history/1', busy_ms: busy }));
}

function isTypical(task: TaskState): boolean {
  const own = task.cachedFrom === null && task.keptFrom === null;
  return task.index >= 0 && task.status === 'completed' && own && !task.degraded;
}

/** From dispatch to outcome, over all its turns. */
function busyMs(task: TaskState): number {
  return task.turns.reduce((sum, turn) => sum + (turn.end === null ? 0 : turn.end - turn.start), 0);
}
