import type { Io } from './io.ts';

/** SIGINT and SIGTERM while something is carried. */
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
        'Ending: running attempts are cancelled, and what is left can be resumed. A second signal ends at once.\n',
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
