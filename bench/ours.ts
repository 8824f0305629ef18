import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startRun } from '../app/engine/engine.ts';
import type { RunHandle } from '../app/engine/request.ts';
import { listedEnvironment, nodePool } from '../app/hosts/node-host.ts';
import type { SlotProcessManager } from '../app/hosts/slot-pool.ts';
import { requestOf, SLOTS } from './run-request.ts';
import type { BenchServer } from './server-process.ts';
import type { Workload } from './workload.ts';

export interface OurRun {
  /** From Run to the end of the last task, like the peers; in a cold run to the flush of the last event. */
  makespanMs: number;
  /** From Run to the arrival of the first model call at the server. */
  firstCallMs: number;
}

export interface OurRunInput {
  workload: Workload;
  server: BenchServer;
  slotFile: string;
  /** The parent of the run's folder, which is not deleted. */
  folder: string;
}

/** Runs the real engine with real slots as Node processes. */
export async function runOurs({ workload, server, slotFile, folder }: OurRunInput): Promise<OurRun> {
  const processes = nodePool(slotFile, listedEnvironment(process.env));
  const root = mkdtempSync(join(folder, 'run-'));
  try {
    if (!workload.cold) await untilWarm(processes);
    const request = requestOf(workload.tasks, root, server.baseUrl);
    await server.arrivals();
    const startedAt = performance.now();
    const host = processes.host();
    // As the application does when Run is pressed.
    host.prepare(SLOTS);
    const started = await startRun({ ...request, startedAtMonotonicMs: startedAt }, host);
    if (!started.ok) throw new Error(started.failure.message);
    const lastKept = timeOfEnd(started.run);
    const end = await started.run.done;
    if (end.status !== 'finished' || end.outcome !== 'completed')
      throw new Error(`The run ended: ${JSON.stringify(end)}`);
    const first = Math.min(...(await server.arrivals())) - performance.timeOrigin - startedAt;
    const makespanMs = workload.cold ? (await lastKept) - startedAt : lastTaskEnd(started.run);
    return { makespanMs, firstCallMs: first };
  } finally {
    await processes.stop();
  }
}

/** Waits until the slots are warm, as in the window a few seconds after it has opened. */
async function untilWarm(processes: SlotProcessManager): Promise<void> {
  processes.keepWarm(SLOTS);
  while (processes.counts().ready <= SLOTS) await delay(10);
}

function lastTaskEnd(run: RunHandle): number {
  return Math.max(...run.state.turns.map((turn) => turn.end ?? 0));
}

function timeOfEnd(run: RunHandle): Promise<number> {
  return new Promise((resolve) => {
    run.subscribe((events) => {
      if (events.some((event) => event.type === 'run.finished')) resolve(performance.now());
    });
  });
}
