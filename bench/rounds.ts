import { estimatedWork, lowerBound } from '../shared/scheduler/lower-bound.ts';
import { caller } from './call.ts';
import { runOurs } from './ours.ts';
import type { Peer } from './peer.ts';
import { crewOf, estimatesOf, SLOTS } from './run-request.ts';
import type { BenchServer } from './server-process.ts';
import { median } from './stats.ts';
import type { Workload } from './workload.ts';

export const OURS = 'Crewlane';
/** The scheduler that the goals are relative to, because absolute figures depend on the machine. */
const QUEUE = 'p-queue';

export interface Measured {
  workload: Workload;
  lowerBoundMs: number;
  /** Milliseconds of each round, by the name of the scheduler; empty if it failed. */
  makespans: Map<string, number[]>;
  /** Why a scheduler failed, by name. */
  failures: Map<string, string>;
  /** Of Crewlane's runs. */
  firstCallsMs: number[];
}

export interface RoundsInput {
  workloads: readonly Workload[];
  peers: readonly Peer[];
  server: BenchServer;
  slotFile: string;
  /** The parent of the folders of Crewlane's runs. */
  folder: string;
  rounds: number;
  say(line: string): void;
}

/** Runs every workload with every scheduler, round after round, every other round in reverse order. */
export async function measureRounds(input: RoundsInput): Promise<Measured[]> {
  const measured = input.workloads.map(newMeasured);
  for (let round = 0; round < input.rounds; round += 1) {
    for (const one of measured) {
      const names = one.workload.cold ? [OURS] : [OURS, ...input.peers.map(({ name }) => name)];
      for (const name of round % 2 === 0 ? names : names.reverse()) await runOnce(one, name, input);
      input.say(`round ${round + 1}: ${summaryOf(one)}`);
    }
  }
  return measured;
}

/** Returns the median of the rounds, divided by the lower bound; null if nothing was measured. */
export function ratioOf({ makespans, lowerBoundMs }: Measured, name: string): number | null {
  const times = makespans.get(name) ?? [];
  return times.length === 0 ? null : median(times) / lowerBoundMs;
}

/** Returns the highest ratio that meets the goal of a workload; null if it has none, or p-queue was not measured. */
export function goalOf(one: Measured): number | null {
  const { goalTimesQueue: times } = one.workload;
  const ofQueue = ratioOf(one, QUEUE);
  return times === null || ofQueue === null ? null : 1 + times * (ofQueue - 1);
}

/**
 * Returns the minimum of the rounds, divided by the lower bound: the value with the least interference; null if nothing
 * was measured.
 */
export function leastRatioOf({ makespans, lowerBoundMs }: Measured, name: string): number | null {
  const times = makespans.get(name) ?? [];
  return times.length === 0 ? null : Math.min(...times) / lowerBoundMs;
}

function newMeasured(workload: Workload): Measured {
  const crew = crewOf(workload.tasks);
  const work = estimatedWork(crew, estimatesOf(workload.tasks));
  if (work === null) throw new Error('A workload has no unknown lengths.');
  const lowerBoundMs = lowerBound(crew, work, SLOTS).ms;
  return { workload, lowerBoundMs, makespans: new Map(), failures: new Map(), firstCallsMs: [] };
}

async function runOnce(measured: Measured, name: string, input: RoundsInput): Promise<void> {
  if (measured.failures.has(name)) return;
  const times = measured.makespans.get(name) ?? [];
  measured.makespans.set(name, times);
  const peer = input.peers.find((candidate) => candidate.name === name);
  if (peer === undefined) {
    const run = await runOurs({ ...input, workload: measured.workload });
    times.push(run.makespanMs);
    measured.firstCallsMs.push(run.firstCallMs);
    return;
  }
  if (peer.most !== undefined && measured.workload.tasks.length > peer.most.tasks) {
    measured.failures.set(name, peer.most.tooMany);
    return;
  }
  try {
    times.push(await runPeer(peer, measured.workload, input.server));
  } catch (error) {
    measured.failures.set(name, error instanceof Error ? error.message : String(error));
  }
}

async function runPeer(peer: Peer, workload: Workload, server: BenchServer): Promise<number> {
  await server.arrivals();
  const call = caller(server.baseUrl);
  const startedAt = performance.now();
  await peer.run(workload.tasks, SLOTS, call);
  const makespanMs = performance.now() - startedAt;
  const calls = (await server.arrivals()).length;
  if (calls !== workload.tasks.length) throw new Error(`made ${calls} of ${workload.tasks.length} calls`);
  return makespanMs;
}

function summaryOf(measured: Measured): string {
  const ratios = [...measured.makespans.keys()].map(
    (name) => `${name} ${ratioOf(measured, name)?.toFixed(3) ?? measured.failures.get(name)}`,
  );
  return `${measured.workload.title}: ${ratios.join(', ')}`;
}
