/**
 * A slot's process, whatever made it: a Node child process here, an Electron utility process in main. It speaks the
 * messages of shared/slot/protocol.ts as plain structured data.
 */
export interface SlotChild {
  /** Undefined until the process exists (a utility process says so in its `spawn`). */
  readonly pid: number | undefined;
  /** Must not throw when the process has gone. */
  send(message: unknown): void;
  /** Called once, before anything can arrive. */
  onMessage(listener: (message: unknown) => void): void;
  /** Called once; the listener is told exactly once, with what is known of the end (`exit code 1`, `signal SIGKILL`). */
  onExit(listener: (detail: string) => void): void;
  /** Ends the process at once, as SIGKILL does. */
  kill(): void;
}

/** Makes the process of a slot. It may throw, or its child may end at once: both count as a failed start. */
export type SpawnSlot = () => SlotChild;

/** Resident bytes and processor milliseconds used so far, by process id; processes that are gone are left out. */
export type MeasureProcesses = (pids: readonly number[]) => Promise<ReadonlyMap<number, ProcessUse>>;

export interface ProcessUse {
  memoryBytes: number;
  cpuMs: number;
}
