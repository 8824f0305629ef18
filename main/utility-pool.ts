import { app, utilityProcess } from 'electron';
import { ErrorTail, type MeasureProcesses, type ProcessUse, type SlotChild } from '../app/hosts/child.ts';
import { type SlotPoolOptions, SlotProcessManager } from '../app/hosts/slot-pool.ts';

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
  const tail = new ErrorTail();
  child.stderr?.on('data', (data: Buffer) => tail.add(data.toString('utf8')));
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
        listener(tail.describe(`exit code ${code}`));
      });
    },
    send: (message) => {
      if (!gone) child.postMessage(message);
    },
    kill: () => kill(child.pid),
  };
}

/** Kills a process with SIGKILL: `UtilityProcess.kill` sends SIGTERM, to which a process that hangs does not react. */
function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has just ended.
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
