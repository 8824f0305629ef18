import type { ResumeInput } from '../resume.ts';
import { type BatchLaunch, carryBatch } from './launch-batch.ts';
import { settleBatch } from './settle-batch.ts';

/** Continues a batch: interrupted rows are resumed, rows that have not begun are started, finished rows stay as they are. */
export async function resumeBatch(input: ResumeInput): Promise<BatchLaunch> {
  const settled = await settleBatch(input);
  if (!settled.ok) return settled;
  return carryBatch({ ...settled.batch, isNew: false, budgetUsd: input.budgetUsd ?? null });
}
