import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { startRun } from '../app/engine/engine.ts';
import { readJournal } from '../app/engine/journal/read-journal.ts';
import { simulate } from '../shared/control/virtual/simulate.ts';
import type { RunEvent } from '../shared/run/events.ts';
import { Scheduler } from '../shared/scheduler/scheduler.ts';
import { AnsweringHost } from './answering-host.ts';
import { type JournalCost, journalCost } from './journal-cost.ts';
import { crewOf, requestOf, SLOTS } from './run-request.ts';
import { timeMethods } from './timed.ts';
import type { BenchTask } from './workload.ts';
import { layered } from './workloads.ts';

const RESULT = 'x'.repeat(2048);
const WIDE = 50;

export interface Scale {
  tasks: number;
  /** The time of the scheduler's decisions in the run. */
  decisionUsPerTask: number;
  /** The whole run without slots and models, from Run to its end: wall-clock time and processor time of the process. */
  wallUsPerTask: number;
  cpuUsPerTask: number;
  /** The maximum resident memory of the engine's process during the run, and the memory before it. */
  memoryMiB: number;
  baseMemoryMiB: number;
  /** One simulation of the same tasks in virtual time: wall-clock time and processor time of the process. */
  simulationMs: number;
  simulationCpuMs: number;
  journal: { flushed: JournalCost; unflushed: JournalCost };
}

/**
 * Measures the cost of the engine itself for `count` tasks with results of 2 KiB. Call it in a separate process.
 * @param folder the parent of the run's folder, which is not deleted
 */
export async function measureScale(count: number, folder: string): Promise<Scale> {
  const tasks = layered({ layers: Math.max(1, Math.round(count / WIDE)), wide: WIDE, min: 50, max: 500, seed: 5 });
  const root = mkdtempSync(join(folder, 'scale-'));
  const { dir, ...figures } = await runOf(tasks, root);
  const events: RunEvent[] = [];
  const read = await readJournal(dir, (event) => events.push(event));
  if (!read.ok) throw new Error(read.message);
  const journal = {
    flushed: await journalCost(events, join(root, 'flushed'), true),
    unflushed: await journalCost(events, join(root, 'unflushed'), false),
  };
  return { tasks: tasks.length, ...figures, ...simulationOf(tasks), journal };
}

async function runOf(tasks: readonly BenchTask[], root: string) {
  const request = requestOf(tasks, root, 'http://127.0.0.1:9/v1');
  const baseMemoryMiB = mebibytes(process.memoryUsage.rss());
  const decisions = timeMethods(Scheduler.prototype, ['next', 'apply', 'wakeAt', 'completionFlags']);
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  const started = await startRun({ ...request, startedAtMonotonicMs: startedAt }, new AnsweringHost(RESULT));
  if (!started.ok) throw new Error(started.failure.message);
  const end = await started.run.done;
  const wallMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  if (end.status !== 'finished' || end.outcome !== 'completed') throw new Error(JSON.stringify(end));
  return {
    dir: started.run.dir,
    decisionUsPerTask: (decisions.end() * 1000) / tasks.length,
    wallUsPerTask: (wallMs * 1000) / tasks.length,
    cpuUsPerTask: (user + system) / tasks.length,
    memoryMiB: process.resourceUsage().maxRSS / 1024,
    baseMemoryMiB,
  };
}

function simulationOf(tasks: readonly BenchTask[]): { simulationMs: number; simulationCpuMs: number } {
  const crew = crewOf(tasks);
  const durations = Object.fromEntries(tasks.map(({ name, ms }) => [name, ms]));
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  simulate(crew, { slots: SLOTS, durations });
  const simulationMs = performance.now() - startedAt;
  const { user, system } = process.cpuUsage(cpu);
  return { simulationMs, simulationCpuMs: (user + system) / 1000 };
}

function mebibytes(bytes: number): number {
  return bytes / (1024 * 1024);
}
