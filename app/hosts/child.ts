import { withoutFolders } from '../base/hide-folder.ts';

/**
 * The process of a slot: a Node child process, or an Electron utility process in the window. It exchanges the messages
 * of shared/slot/protocol.ts as plain structured data. Each `on…` method is called once, directly after the spawn.
 */
export interface SlotChild {
  /** Calls the listener with the process id when the process has one: at once, or when the system reports the start. */
  onStart(listener: (pid: number) => void): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Calls the listener exactly once, with the known cause of the end (`exit code 1`, `signal SIGKILL`). */
  onExit(listener: (detail: string) => void): void;
  /** Must not throw after the process has ended. */
  send(message: unknown): void;
  /** Ends the process at once, as SIGKILL does. */
  kill(): void;
}

/** The number of characters of a process's standard error that the message about its end quotes. */
const ERROR_TAIL_CHARACTERS = 2000;

/** Collects the end of the text that a process writes to its standard error. */
export class ErrorTail {
  #tail = '';

  add(text: string): void {
    this.#tail = (this.#tail + text).slice(-ERROR_TAIL_CHARACTERS);
  }

  /**
   * Returns how a process ended, followed by the last text that it wrote: `exit code 1: out of memory`. The journal stores
   * it, so paths of this machine are shortened.
   */
  describe(end: string): string {
    const tail = withoutFolders(this.#tail.trim());
    return tail === '' ? end : `${end}: ${tail}`;
  }
}

/** Starts the process of a slot. Reports a failed start through `onExit`. */
export type SpawnSlot = () => SlotChild;

export interface ProcessUse {
  memoryBytes: number;
  /** Processor time used so far. */
  cpuMs: number;
}

/** Returns the resource usage by process id. Processes that have ended are left out. */
export type MeasureProcesses = (pids: readonly number[]) => Promise<ReadonlyMap<number, ProcessUse>>;
