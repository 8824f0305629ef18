import type { SlotHost } from './host.ts';

/**
 * A host whose slots are processes of this machine. What depends on the machine is here and not in `SlotHost`, so that
 * the engine and the journal do not depend on where slots run.
 */
export interface LocalSlotHost extends SlotHost {
  /**
   * Reports the ids of all processes that work for the run, now and after each change until `stop`. A lock lists them, so
   * that a later process can end those that outlive this one.
   */
  watchProcesses(listener: (pids: readonly number[]) => void): void;
}

/** Returns whether the slots of a host are processes of this machine. */
export function isLocalHost(host: SlotHost): host is LocalSlotHost {
  return 'watchProcesses' in host;
}
