import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { MeasureProcesses, ProcessUse } from './child.ts';

/** Kernel ticks a second, as Linux reports processor time to programs on every architecture. */
const TICKS_PER_SECOND = 100;

/** Reads `/proc` on Linux, asks `ps` elsewhere. */
export const measureProcesses: MeasureProcesses = (pids) =>
  process.platform === 'linux' ? fromProc(pids) : fromPs(pids);

async function fromProc(pids: readonly number[]): Promise<Map<number, ProcessUse>> {
  const uses = new Map<number, ProcessUse>();
  const read = pids.map(async (pid) => {
    const use = await readProc(pid);
    if (use) uses.set(pid, use);
  });
  await Promise.all(read);
  return uses;
}

async function readProc(pid: number): Promise<ProcessUse | null> {
  try {
    const [stat, status] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/status`, 'utf8'),
    ]);
    return { cpuMs: cpuFromStat(stat), memoryBytes: residentFromStatus(status) };
  } catch {
    return null; // It has ended between being listed and being read.
  }
}

/** User and system time are the 14th and 15th field; the second, the program's name, may itself hold spaces. */
function cpuFromStat(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

function residentFromStatus(status: string): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? 0 : Number(kib) * 1024;
}

async function fromPs(pids: readonly number[]): Promise<Map<number, ProcessUse>> {
  if (pids.length === 0) return new Map();
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=,rss=,time=', '-p', pids.join(',')]);
    return parsePs(stdout);
  } catch {
    return new Map(); // None of them is left, or the system has no `ps`.
  }
}

/** Lines of process id, resident KiB and processor time as `[days-][hours:]minutes:seconds[.fraction]`. */
export function parsePs(text: string): Map<number, ProcessUse> {
  const uses = new Map<number, ProcessUse>();
  for (const line of text.split('\n')) {
    const [pid, rss, time] = line.trim().split(/\s+/);
    if (pid === undefined || rss === undefined || time === undefined) continue;
    uses.set(Number(pid), { memoryBytes: Number(rss) * 1024, cpuMs: psTimeMs(time) });
  }
  return uses;
}

function psTimeMs(time: string): number {
  const [days, clock] = time.includes('-') ? time.split('-') : ['0', time];
  const seconds = (clock ?? '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round((Number(days) * 86_400 + seconds) * 1000);
}
