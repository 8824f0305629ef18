import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { z } from 'zod';
import { codeOf } from '../../base/system-error.ts';

/** One process, as lock files and recovery copies identify it: another process may get the same number later. */
export const processIdentitySchema = z.object({
  pid: z.int().positive(),
  /** The start time in the system's format, on Linux with the boot ID; null if the system does not report it. */
  start: z.string().nullable(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

export async function identify(pid: number): Promise<ProcessIdentity> {
  return { pid, start: await startOf(pid) };
}

/** Returns whether the same process is still running. */
export async function isAlive(identity: ProcessIdentity): Promise<boolean> {
  if (!exists(identity.pid)) return false;
  const start = await startOf(identity.pid);
  if (process.platform === 'linux' && start === null) return false;
  return identity.start === null || start === null || identity.start === start;
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted: the process exists and belongs to another user.
    return codeOf(error) === 'EPERM';
  }
}

async function startOf(pid: number): Promise<string | null> {
  try {
    return process.platform === 'linux' ? await startFromProc(pid) : await startFromPs(pid);
  } catch {
    return null; // It has ended, or the system has no such tool.
  }
}

/** Returns the 22nd field of `stat`, in ticks since boot. A zombie counts as ended. */
async function startFromProc(pid: number): Promise<string | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  return `${boot.trim()} ${fields[19] ?? ''}`;
}

async function startFromPs(pid: number): Promise<string | null> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
  return stdout.trim() === '' ? null : stdout.trim();
}
