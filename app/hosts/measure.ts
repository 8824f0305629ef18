import pidusage from 'pidusage';
import type { MeasureProcesses, ProcessUse } from './child.ts';

// Without this variable the library writes to the terminal on systems that have no `getconf`, and assumes defaults.
process.env['PIDUSAGE_SILENT'] = '1';

/** Reads memory and processor time of processes from the operating system. Processes that have ended are left out. */
export const measureProcesses: MeasureProcesses = async (pids) => {
  const uses = new Map<number, ProcessUse>();
  if (pids.length === 0) return uses;
  // Rejects if all of the processes have ended. With several ids, an ended process gives null, or undefined if it was
  // measured before; the types of the library omit both.
  const stats: Record<string, pidusage.Status | null | undefined> = await pidusage([...pids]).catch(() => ({}));
  for (const stat of Object.values(stats)) {
    if (stat) uses.set(stat.pid, { memoryBytes: stat.memory, cpuMs: stat.ctime });
  }
  return uses;
};
