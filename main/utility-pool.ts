import { app, utilityProcess } from 'electron';
import type { MeasureProcesses, ProcessUse, SlotChild } from '../app/hosts/child.ts';
import { type SlotPoolOptions, SlotProcessManager } from '../app/hosts/slot-pool.ts';

/** How much of what a process said on its standard error is kept for the message about its end. */
const KEPT_ERROR_CHARACTERS = 2000;

/** Slots as utility processes that run `slotFile`, with `environment` as their whole environment. */
export function utilityPool(
  slotFile: string,
  environment: Readonly<Record<string, string>>,
  options?: SlotPoolOptions,
): SlotProcessManager {
  return new SlotProcessManager(() => forkSlot(slotFile, environment), measureUtilities, options);
}

function forkSlot(slotFile: string, environment: Readonly<Record<string, string>>): SlotChild {
  const child = utilityProcess.fork(slotFile, [], {
    env: { ...environment },
    serviceName: 'Crewlane slot',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (data: Buffer) => {
    said = (said + data.toString('utf8')).slice(-KEPT_ERROR_CHARACTERS);
  });
  let gone = false;
  return {
    onStart: (listener) => {
      child.once('spawn', () => {
        if (child.pid !== undefined) listener(child.pid);
      });
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      child.once('exit', (code) => {
        gone = true;
        const end = `exit code ${code}`;
        listener(said.trim() === '' ? end : `${end}: ${said.trim()}`);
      });
    },
    send: (message) => {
      if (!gone) child.postMessage(message);
    },
    kill: () => kill(child.pid),
  };
}

/** `UtilityProcess.kill` asks politely, which a process that hangs does not hear. */
function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended just now.
  }
}

/** Electron's own metrics: resident size in KiB, processor time in seconds. */
const measureUtilities: MeasureProcesses = async (pids) => {
  const wanted = new Set(pids);
  const uses = new Map<number, ProcessUse>();
  for (const { pid, memory, cpu } of app.getAppMetrics()) {
    if (!wanted.has(pid)) continue;
    uses.set(pid, { memoryBytes: memory.workingSetSize * 1024, cpuMs: (cpu.cumulativeCPUUsage ?? 0) * 1000 });
  }
  return uses;
};
