import { resolve } from 'node:path';
import { type ReopenInput, reopenGroup } from './reopen-group.ts';
import { type GroupLaunch, startGroup } from './start-group.ts';

/**
 * Resumes a run or a batch. Of a batch, interrupted rows are resumed, rows that have not started are started, and
 * finished rows stay as they are.
 */
export async function resumeGroup(input: ReopenInput): Promise<GroupLaunch> {
  input.onFolder?.(resolve(input.dir));
  const reopened = await reopenGroup(input);
  return reopened.ok ? startGroup(reopened.start) : reopened;
}
