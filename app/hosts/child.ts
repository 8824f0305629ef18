/**
 * A slot's process, whatever made it: a Node child process here, an Electron utility process in main. It speaks the
 * messages of shared/slot/protocol.ts as plain structured data. Each `on…` is called once, right after the spawn.
 */
export interface SlotChild {
  /** Tells the process id as soon as there is one: at once, or when the system says that the process has started. */
  onStart(listener: (pid: number) => void): void;
  onMessage(listener: (message: unknown) => void): void;
  /** The listener is told exactly once, with what is known of the end (`exit code 1`, `signal SIGKILL`). */
  onExit(listener: (detail: string) => void): void;
  /** Must not throw when the process has gone. */
  send(message: unknown): void;
  /** Ends the process at once, as SIGKILL does. */
  kill(): void;
}

/** The number of characters of a process's standard error that the message about its end quotes. */
const ERROR_TAIL_CHARACTERS = 2000;

/** The end of what a process wrote to its standard error. */
export class ErrorTail {
  #tail = '';

  add(text: string): void {
    this.#tail = (this.#tail + text).slice(-ERROR_TAIL_CHARACTERS);
  }

  /** How a process ended, followed by what it wrote last: `exit code 1: out of memory`. */
  describe(end: string): string {
    const tail = this.#tail.trim();
    return tail === '' ? end : `${end}: ${tail}`;
  }
}

/** Makes the process of a slot. A process that cannot be made says so by `onExit`. */
export type SpawnSlot = () => SlotChild;

export interface ProcessUse {
  memoryBytes: number;
  /** Processor time used so far. */
  cpuMs: number;
}

/** What processes use, by process id; those that are gone are left out. */
export type MeasureProcesses = (pids: readonly number[]) => Promise<ReadonlyMap<number, ProcessUse>>;
