import { readdirSync, readFileSync } from 'node:fs';

/** A process. Its start time distinguishes it from a later one with the same ID. */
export interface Process {
  pid: number;
  start: string;
}

interface Status extends Process {
  parent: number;
  state: string;
}

/** Returns all living descendants of a process, from `/proc`. */
export function descendantsOf(pid: number): Process[] {
  const all = readdirSync('/proc').flatMap((name) => statusOf(Number(name)) ?? []);
  const found: Status[] = [];
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const children = all.filter(({ parent, state }) => parents.has(parent) && state !== 'Z');
    found.push(...children);
    parents = new Set(children.map((child) => child.pid));
  }
  return found.map((child) => ({ pid: child.pid, start: child.start }));
}

export function isAlive({ pid, start }: Process): boolean {
  const now = statusOf(pid);
  return now !== null && now.start === start && now.state !== 'Z';
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // The process has just ended.
  }
}

/** Reads fields 3, 4 and 22 of `/proc/PID/stat`. The command name before them may contain any character. */
function statusOf(pid: number): Status | null {
  if (!Number.isInteger(pid)) return null;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', parent = '', ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid, state, parent: Number(parent), start: rest[17] ?? '' };
  } catch {
    return null;
  }
}
