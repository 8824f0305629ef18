import type { SlotHost } from './host.ts';
import type { Provided } from './protocol.ts';

/**
 * A host whose slots are processes of this machine. What depends on the machine is here and not in `SlotHost`, so that
 * the engine and the journal do not depend on where slots run.
 */
export interface LocalSlotHost extends SlotHost {
  /**
   * Gives a run's workspace and keys to its slots: to each with its first turn of the run, and at once to those that have
   * an earlier version. The same object again changes nothing.
   */
  provide(run: string, provided: Provided): void;
  /** Makes the slots remove what they were provided for a run that has ended. `stop` does it for all runs. */
  withdraw(run: string): void;
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
