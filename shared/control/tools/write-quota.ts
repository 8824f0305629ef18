import type { RunState } from '../../run/state.ts';
import type { SlotAnswer } from '../../slot/slot-request.ts';

const MIB = 1024 * 1024;

/** The limits on the files that the tools of one run write. */
export interface WriteLimits {
  files: number;
  bytes: number;
}
const LIMITS: WriteLimits = { files: 10_000, bytes: 1024 * MIB };

/**
 * Limits the files and bytes that the tools of a run write into its workspace. A file that is written again counts as one
 * file, but its bytes count each time. A resumed run restores its counts from the journal.
 */
export class WriteQuota {
  readonly #limits: WriteLimits;
  readonly #files: Set<string>;
  #bytes: number;

  constructor(state: RunState, limits: WriteLimits = LIMITS) {
    this.#limits = limits;
    const calls = [...state.tasks.values()].flatMap(({ turns }) => turns.flatMap(({ tools }) => tools));
    this.#files = new Set(calls.flatMap(({ measured }) => measured?.writes ?? []));
    this.#bytes = calls.reduce((total, { measured }) => total + (measured?.written_bytes ?? 0), 0);
  }

  /** Permits writing a file and counts it, or refuses with a text for the model. */
  take(file: string, bytes: number): SlotAnswer {
    const { files: maxFiles, bytes: maxBytes } = this.#limits;
    if (!this.#files.has(file) && this.#files.size >= maxFiles) {
      return { ok: false, text: `Not written: this run has written ${maxFiles} files, which is the limit of a run.` };
    }
    if (this.#bytes + bytes > maxBytes) {
      const text = `Not written: with ${file}, this run would have written more than ${maxBytes / MIB} MiB, which is the limit of a run.`;
      return { ok: false, text };
    }
    this.#files.add(file);
    this.#bytes += bytes;
    return { ok: true, text: '' };
  }
}
