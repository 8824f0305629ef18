import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { JOURNAL_FILE } from '../engine/journal/storage.ts';
import { isBatchFolder } from '../launch/group/batch-folder.ts';
import { resumeText } from './command-text.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';

/** Handles the signals SIGINT, SIGTERM and SIGHUP while a run or batch is in progress. */
export class Signals {
  /** Resolves at the second signal. */
  readonly second: Promise<'now'>;
  readonly end: () => void;
  #count = 0;
  #onFirst: (() => void) | null = null;

  constructor(io: Io) {
    let atSecond: (now: 'now') => void = () => undefined;
    this.second = new Promise((resolve) => {
      atSecond = resolve;
    });
    this.end = io.onSignal(() => {
      this.#count += 1;
      if (this.#count > 1) return atSecond('now');
      io.stderr(
        'Stopping: running attempts are cancelled. You can resume the run later. Send a second signal to exit immediately.\n',
      );
      this.#onFirst?.();
    });
  }

  /** Calls `act` at the first signal, or immediately if that signal was already received. */
  first(act: () => void): void {
    this.#onFirst = act;
    if (this.#count > 0) act();
  }
}

/**
 * Exits at the second signal during a launch and prints how to continue. @param dir the folder of the run or batch;
 * null if it has none yet
 */
export async function exitNow(io: Io, dir: string | null): Promise<ExitCode> {
  if (dir === null) return EXIT.interrupted;
  const next = (await isResumable(dir))
    ? `Resume with: ${resumeText(dir)}`
    : `The run had not started. Its folder: ${dir}`;
  io.stderr(`Exited immediately. ${next}\n`);
  return EXIT.interrupted;
}

async function isResumable(dir: string): Promise<boolean> {
  const journal = await stat(join(dir, JOURNAL_FILE)).catch(() => null);
  return (journal !== null && journal.size > 0) || isBatchFolder(dir);
}
