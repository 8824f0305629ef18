import { join } from 'node:path';
import { makeFolders } from '../../base/make-folders.ts';
import { messageOf } from '../../base/system-error.ts';
import { makeCrewlaneFolder } from '../../base/workspace-mark.ts';
import { LOCK_FILE } from '../journal/storage.ts';
import type { StartFailure } from '../request.ts';
import { isLocked, type Lock, takeLock } from './lock.ts';

/** The name has no extension, so that patterns such as `*.json` do not match it. */
const WORKSPACE_LOCK_FILE = 'lock';

/** Returns whether a living process owns the run or the batch in this folder. */
export async function isRunLocked(dir: string): Promise<boolean> {
  return isLocked(join(dir, LOCK_FILE));
}

/** No process holds the lock, but it cannot be created: the disk is full or read-only, or another file has its name. */
function lockFailure(message: string, advice: string): StartFailure {
  return { kind: 'disk', message: `${message}. ${advice}` };
}

/** The locks of a run: one in its folder and one in its workspace. */
export class RunLocks {
  readonly #run: string;
  readonly #held: Lock[] = [];

  constructor(run: string) {
    this.#run = run;
  }

  /** Returns why the run's folder cannot be locked, or null. */
  async takeRun(dir: string): Promise<StartFailure | null> {
    const taken = await takeLock(join(dir, LOCK_FILE), this.#run);
    if (!taken.ok) {
      if (taken.holder === null) {
        return lockFailure(taken.message, 'Make room there, or set CREWLANE_HOME to another folder.');
      }
      return { kind: 'run_locked', message: `The run in ${dir} is already running. ${taken.message}` };
    }
    this.#held.push(taken.lock);
    return null;
  }

  /**
   * Takes the lock in the workspace itself, so that runs exclude each other whichever data folders they use.
   * @param workspace its real path; the folder is created if it is missing
   * @returns why it cannot be taken, with the run that holds it, or null
   */
  async takeWorkspace(workspace: string): Promise<StartFailure | null> {
    const advice = 'Make room there, or choose another workspace.';
    let folder: string;
    try {
      await makeFolders(workspace, 'default');
      folder = await makeCrewlaneFolder(workspace);
    } catch (error) {
      return lockFailure(messageOf(error), advice);
    }
    const taken = await takeLock(join(folder, WORKSPACE_LOCK_FILE), this.#run);
    if (!taken.ok) {
      if (taken.holder === null) return lockFailure(taken.message, advice);
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
