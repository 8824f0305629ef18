import type { ResumeInput } from '../resume.ts';
import { type BatchLaunch, startBatch } from './launch-batch.ts';
import { prepareBatch } from './prepare-batch.ts';

/**
 * Continues a batch: interrupted rows are resumed, rows that have not started are started, finished rows stay as they
 * are.
 */
export async function resumeBatch(input: ResumeInput): Promise<BatchLaunch> {
  const prepared = await prepareBatch(input);
  if (!prepared.ok) return prepared;
  return startBatch({ ...prepared.batch, isNew: false, budgetUsd: input.budgetUsd ?? null });
}
