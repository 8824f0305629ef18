import { afterEach, expect, test } from 'vitest';
import type { LocalSlotHost } from '../../shared/slot/local-host.ts';
import { measureProcesses } from './measure.ts';
import { listedEnvironment, nodePool } from './node-host.ts';
import type { SlotPoolOptions, SlotProcessManager } from './slot-pool.ts';
import { ECHO_SLOT, Log, soon, turn } from './testing/log.ts';

const pools: SlotProcessManager[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});

function poolOf(options: SlotPoolOptions = {}, environment: Record<string, string> = {}): SlotProcessManager {
  const processes = nodePool(ECHO_SLOT, { ...listedEnvironment(process.env), ...environment }, options);
  pools.push(processes);
  return processes;
}

/** Resolves when this number of processes of the pool are ready, and no other process lives. */
function untilProcesses(processes: SlotProcessManager, count: number): Promise<void> {
  return expect.poll(() => processes.counts(), soon).toEqual({ ready: count, all: count });
}

function run(processes: SlotProcessManager, slots: number): { host: LocalSlotHost; log: Log } {
  const host = processes.host();
  const log = new Log();
  host.watchProcesses(log.processes);
  host.start(slots, log);
  return { host, log };
}

async function echo({ host, log }: ReturnType<typeof run>, slot: number, text = 'echo'): Promise<void> {
  const before = log.outcomes.length;
  host.submit(slot, turn(text));
  await expect.poll(() => log.outcomes.length, soon).toBe(before + 1);
}

test('slots are ready before a run needs them, and the run gets them at once, with their original startup time', async () => {
  const processes = poolOf();
  processes.keepWarm(2);
  await untilProcesses(processes, 3);
  const { log } = run(processes, 2);
  expect(log.lines).toEqual(['started 1', 'ready 1', 'started 2', 'ready 2']);
  expect(log.readyMs.every((ms) => ms > 0)).toBe(true);
});

test('a second run gets the processes of the first run, which have forgotten it', async () => {
  const processes = poolOf();
  processes.keepWarm(2);
  await untilProcesses(processes, 3);
  const first = run(processes, 2);
  await echo(first, 1);
  await echo(first, 2);
  await first.host.stop();
  const second = run(processes, 3);
  expect(second.log.lines.filter((line) => line.startsWith('ready'))).toHaveLength(3);
  expect([...second.log.wheres.values()]).toEqual(expect.arrayContaining([...first.log.wheres.values()]));
  const statuses = await second.host.reconcile([turn('echo').key]);
  expect(statuses.map(({ status }) => status)).toEqual(['unknown']);
});

test('a process that does not forget its run in time is ended before the run is over', async () => {
  const processes = poolOf({}, { ECHO_SLOT_REMEMBERS: '1' });
  const only = run(processes, 1);
  await expect.poll(() => only.log.count('ready 1'), soon).toBe(1);
  await echo(only, 1);
  await only.host.stop();
  expect((await measureProcesses([...only.log.pids])).size).toBe(0);
});

test('a process whose memory grew too large in a run is not kept for the next run', async () => {
  const processes = poolOf();
  processes.keepWarm(1);
  await untilProcesses(processes, 2);
  const first = run(processes, 1);
  await echo(first, 1, 'grow');
  await first.host.stop();
  const grown = first.log.pid;
  await expect.poll(async () => (await measureProcesses([grown])).size, soon).toBe(0);
  await untilProcesses(processes, 2);
});

test('a process in which a turn still runs when its run releases it is ended', async () => {
  const processes = poolOf();
  processes.keepWarm(1);
  await untilProcesses(processes, 2);
  const first = run(processes, 1);
  first.host.submit(1, turn('hang'));
  await first.host.stop();
  expect((await measureProcesses([...first.log.pids])).size).toBe(0);
});

test('two concurrent runs use separate slots, and a process that one run returns is available to the other', async () => {
  const processes = poolOf();
  processes.keepWarm(2);
  await untilProcesses(processes, 3);
  const first = run(processes, 2);
  const second = run(processes, 2);
  await expect.poll(() => second.log.count('ready 2'), soon).toBe(1);
  const [ours, theirs] = [first, second].map(({ log }) => [...log.wheres.values()]);
  expect(new Set([...(ours ?? []), ...(theirs ?? [])]).size).toBe(4);
  await first.host.stop();
  second.host.resize(4);
  expect(second.log.count('ready 3')).toBe(1);
  expect(ours).toContain(second.log.wheres.get(3));
});

test('a warm process that crashes is replaced', async () => {
  const processes = poolOf();
  processes.keepWarm(1);
  await untilProcesses(processes, 2);
  const { host, log } = run(processes, 1);
  const { pid } = log;
  await host.stop();
  process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await measureProcesses([pid])).size, soon).toBe(0);
  await untilProcesses(processes, 2);
});

test('warm processes that the open crews no longer need end after a while', async () => {
  const processes = poolOf({ surplusMs: 1 });
  processes.keepWarm(3);
  await untilProcesses(processes, 4);
  processes.keepWarm(1);
  await untilProcesses(processes, 2);
  processes.keepWarm(0);
  await untilProcesses(processes, 0);
});

test('processes that crash during startup are not restarted while no run needs them, and this is reported once', async () => {
  const troubles: string[] = [];
  const processes = poolOf({ onTrouble: (detail) => troubles.push(detail) }, { ECHO_SLOT_DIES: '1' });
  processes.keepWarm(2);
  await expect.poll(() => troubles, soon).toEqual(['exit code 3']);
  expect(processes.counts()).toEqual({ ready: 0, all: 0 });
  processes.keepWarm(3);
  expect(processes.counts()).toEqual({ ready: 0, all: 0 });
  const { log } = run(processes, 1);
  await expect.poll(() => log.count('exited 1 crash'), soon).toBe(3);
  expect(troubles).toHaveLength(1);
});
