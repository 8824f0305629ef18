import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Lock, type LockResult, takeLock } from './lock.ts';
import type { StartFailure } from './request.ts';
import { LOCK_FILE } from './storage.ts';

/** The lock of a workspace stands apart, not among the user's files. `workspace`: its real path. */
export function workspaceLockPath(locksFolder: string, workspace: string): string {
  const hash = createHash('sha256').update(workspace).digest('hex').slice(0, 32);
  return join(locksFolder, `workspace-${hash}.json`);
}

/** Nobody holds the lock, but it cannot be had: the disk is full, or may not be written. */
function notMade({ message }: Extract<LockResult, { ok: false }>, variable: 'CREWLANE_HOME' | 'TMPDIR'): StartFailure {
  return { kind: 'disk', message: `${message}. Make room there, or set ${variable} to another folder.` };
}

/** The locks of one run: of its folder and of its workspace. */
export class RunLocks {
  readonly #run: string;
  readonly #held: Lock[] = [];

  constructor(run: string) {
    this.#run = run;
  }

  /** Returns why the run's folder cannot be had, or null. */
  async takeRun(dir: string): Promise<StartFailure | null> {
    const taken = await takeLock(join(dir, LOCK_FILE), this.#run);
    if (!taken.ok) {
      if (taken.holder === null) return notMade(taken, 'CREWLANE_HOME');
      return { kind: 'run_locked', message: `The run in ${dir} is carried already. ${taken.message}` };
    }
    this.#held.push(taken.lock);
    return null;
  }

  /** Returns why the workspace cannot be had, naming the run that has it, or null. */
  async takeWorkspace(locksFolder: string, workspace: string): Promise<StartFailure | null> {
    const taken = await takeLock(workspaceLockPath(locksFolder, workspace), this.#run);
    if (!taken.ok) {
      if (taken.holder === null) return notMade(taken, 'TMPDIR');
      const { pid, run } = taken.holder;
      const message = `The workspace ${workspace} is in use: run ${run} works there (process ${pid}). Wait for it, stop it, or choose another workspace.`;
      return { kind: 'workspace_locked', message };
    }
    this.#held.push(taken.lock);
    return null;
  }

  setSlots(pids: readonly number[]): void {
    for (const lock of this.#held) lock.setSlots(pids);
  }

  async release(): Promise<void> {
    await Promise.all(this.#held.map((lock) => lock.release()));
    this.#held.length = 0;
  }
}
