import type { ReusedTasks } from '../../../shared/control/reused-tasks.ts';
import type { SlotHost } from '../../../shared/slot/host.ts';
import type { LaunchInput, PreparedLaunch } from '../prepare-launch.ts';
import type { GroupRecord } from './batch-folder.ts';
import type { GroupKind } from './group-handle.ts';

/** A run or batch whose checks have passed. */
export interface GroupStart {
  kind: GroupKind;
  /** The folder of the run or batch. */
  dir: string;
  record: GroupRecord;
  prepared: PreparedLaunch;
  host: SlotHost | (() => SlotHost);
  /** What this process provides: who answers questions, and where runs and plans are made. */
  process: Pick<LaunchInput, 'reviewer' | 'attended' | 'plan' | 'folders' | 'onFolder'>;
  /** The start on the monotonic clock of this process, in ms. */
  startedAtMonotonicMs: number;
  /** Whether the folder must be created. */
  isNew: boolean;
  /** Results that a run reuses. The rows of a batch find those of their own in the batch that it reruns. */
  reused?: ReusedTasks;
  /** Tasks of a run that bypass the cache. */
  bypassCacheFor?: readonly string[];
  /** Numbers of rows that a new batch omits; absent if none. */
  deleted?: ReadonlySet<number>;
  /** New total budget in US dollars; null if unchanged. */
  budgetUsd: number | null;
  /** The same in tokens. */
  budgetTokens: number | null;
}
