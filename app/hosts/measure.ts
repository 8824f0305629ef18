import pidusage from 'pidusage';
import type { MeasureProcesses, ProcessUse } from './child.ts';

// Without this variable the library writes to the terminal on systems that have no `getconf`, and assumes defaults.
process.env['PIDUSAGE_SILENT'] = '1';

/** Reads memory and processor time of processes from the operating system. Processes that have ended are left out. */
export const measureProcesses: MeasureProcesses = async (pids) => {
  const uses = new Map<number, ProcessUse>();
  if (pids.length === 0) return uses;
  // Rejects if none of the processes is left; of several, the ended ones are null, which the library's types omit.
  const stats: Record<string, pidusage.Status | null> = await pidusage([...pids]).catch(() => ({}));
  for (const stat of Object.values(stats)) {
    if (stat !== null) uses.set(stat.pid, { memoryBytes: stat.memory, cpuMs: stat.ctime });
  }
  return uses;
};
