import { resolve } from 'node:path';
import { failure } from '../prepare-launch.ts';
import { isBatchFolder } from './batch-folder.ts';
import { rerunBatch } from './rerun-batch.ts';
import { type RerunInput, rerunRun } from './rerun-run.ts';
import type { GroupLaunch } from './start-group.ts';

/**
 * Starts a new run or batch that repeats part of an earlier one and reuses the rest. A batch runs the crew of the earlier
 * batch, and repeats what failed; any other selection is refused.
 */
export async function rerunGroup(input: RerunInput): Promise<GroupLaunch> {
  const dir = resolve(input.dir);
  if (!(await isBatchFolder(dir))) return rerunRun({ ...input, dir });
  const { selection, crew: _crew, origin: _origin, startedAtMonotonicMs, ...process } = input;
  if (selection.kind === 'failed') return rerunBatch({ ...process, dir }, startedAtMonotonicMs);
  const message = `${dir} is a batch, which can be rerun only with --failed. For any other part, pass the run of one row as listed by "runs". To continue unfinished rows, use "resume".`;
  return failure('batch', message);
}
