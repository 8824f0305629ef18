import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { JOURNAL_FILE } from '../engine/journal/storage.ts';
import { isBatchFolder } from '../launch/batch/batch-folder.ts';
import { EXIT, type ExitCode, type Io } from './io.ts';

/** The signals that end a run in order (SIGINT, SIGTERM, SIGHUP), while a run is in progress. */
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

  /** Does this at the first signal, at once where it has come already. */
  first(act: () => void): void {
    this.#onFirst = act;
    if (this.#count > 0) act();
  }
}

/** Ends a launch at its second signal. @param dir the folder that the run, or the batch, has by now; null while it has none */
export async function exitNow(io: Io, dir: string | null): Promise<ExitCode> {
  if (dir === null) return EXIT.interrupted;
  const next = (await canGoOn(dir)) ? `Resume with: resume ${dir}` : `The run had not started. Its folder: ${dir}`;
  io.stderr(`Exited immediately. ${next}\n`);
  return EXIT.interrupted;
}

async function canGoOn(dir: string): Promise<boolean> {
  const journal = await stat(join(dir, JOURNAL_FILE)).catch(() => null);
  return (journal !== null && journal.size > 0) || isBatchFolder(dir);
}
