import { afterEach, expect, test } from 'vitest';
import type { LocalSlotHost } from '../../shared/slot/local-host.ts';
import { measureProcesses } from './measure.ts';
import { listedEnvironment, nodeHost } from './node-host.ts';
import { ECHO_SLOT, Log, soon, turn } from './testing/log.ts';

const hosts: LocalSlotHost[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()));
});

function start(count: number, environment: Record<string, string> = {}): { host: LocalSlotHost; log: Log } {
  const host = nodeHost(ECHO_SLOT, { ...listedEnvironment(process.env), ...environment });
  hosts.push(host);
  const log = new Log();
  host.watchProcesses(log.processes);
  host.start(count, log);
  return { host, log };
}

test('slots start in order and become ready, and a turn returns its value', async () => {
  const { host, log } = start(3);
  await expect.poll(() => log.lines.filter((line) => line.startsWith('ready')).length, soon).toBe(3);
  expect(log.lines.filter((line) => line.startsWith('started'))).toEqual(['started 1', 'started 2', 'started 3']);
  host.submit(2, turn('echo'));
  host.submit(2, turn('echo'));
  await expect.poll(() => log.outcomes, soon).toEqual([{ status: 'value', text: 'echo' }]);
});

test('repeated events are dropped', async () => {
  const { host, log } = start(1);
  await expect.poll(() => log.count('ready 1'), soon).toBe(1);
  host.submit(1, turn('repeat'));
  await expect.poll(() => log.outcomes.length, soon).toBe(1);
  expect(log.events).toEqual([1, 2, 3]);
});

test('a slot that is killed loses its turn and is replaced by the spare', async () => {
  const { host, log } = start(1);
  await expect.poll(() => log.count('ready 1'), soon).toBe(1);
  host.submit(1, turn('wait'));
  process.kill(log.pid, 'SIGKILL');
  await expect.poll(() => log.count('ready 1'), soon).toBe(2);
  expect(log.outcomes[0]).toMatchObject({ status: 'lost', reason: 'crash' });
  expect(log.lines.indexOf('exited 1 crash')).toBeLessThan(log.lines.indexOf('outcome lost'));
  host.submit(1, turn('echo'));
  await expect.poll(() => log.outcomes.length, soon).toBe(2);
});

test('a cancelled turn stops, and a slot that does not stop in time is killed', async () => {
  const { host, log } = start(2);
  await expect.poll(() => log.count('ready 1') + log.count('ready 2'), soon).toBe(2);
  const [waits, hangs] = [turn('wait'), turn('hang')];
  host.submit(1, waits);
  host.submit(2, hangs);
  host.cancel(waits.key, 2000);
  await expect.poll(() => log.outcomes, soon).toEqual([{ status: 'cancelled' }]);
  host.cancel(hangs.key, 50);
  host.cancel(hangs.key, 50);
  await expect.poll(() => log.outcomes[1], soon).toMatchObject({ status: 'lost', reason: 'timeout' });
  expect(log.lines).toContain('exited 2 timeout');
  expect(log.lines).not.toContain('exited 1 timeout');
});

test('a message that violates the protocol ends the slot that sent it', async () => {
  const { host, log } = start(1);
  await expect.poll(() => log.count('ready 1'), soon).toBe(1);
  host.submit(1, turn('nonsense'));
  await expect.poll(() => log.outcomes[0], soon).toMatchObject({ status: 'lost', reason: 'crash' });
});

test('a slot that crashes during startup is started again after a pause', async () => {
  const { log } = start(1, { ECHO_SLOT_DIES: '1' });
  await expect.poll(() => log.count('exited 1 crash'), soon).toBe(3);
  expect(log.lines.filter((line) => line.startsWith('ready'))).toEqual([]);
});

test('after the number of slots is lowered, idle slots end at once and busy slots after their turn', async () => {
  const { host, log } = start(3);
  await expect.poll(() => log.lines.filter((line) => line.startsWith('ready')).length, soon).toBe(3);
  const waits = turn('wait');
  host.submit(3, waits);
  host.resize(1);
  await expect.poll(() => log.count('exited 2 ended'), soon).toBe(1);
  expect(log.lines).not.toContain('exited 3 ended');
  host.cancel(waits.key, 2000);
  await expect.poll(() => log.count('exited 3 ended'), soon).toBe(1);
  host.resize(2);
  await expect.poll(() => log.count('ready 2'), soon).toBe(2);
});

test('a slot that is needed again while its process ends gets another process, and the old one receives no turn', async () => {
  const { host, log } = start(2);
  await expect.poll(() => log.count('ready 1') + log.count('ready 2'), soon).toBe(2);
  host.resize(1);
  host.resize(2);
  expect(log.lines.filter((line) => line.startsWith('exited'))).toEqual(['exited 2 ended']);
  await expect.poll(() => log.count('ready 2'), soon).toBe(2);
  host.submit(2, turn('echo'));
  await expect.poll(() => log.outcomes, soon).toEqual([{ status: 'value', text: 'echo' }]);
  expect(log.count('exited 2 ended')).toBe(1);
});

test('the slot that has a turn reports its outcome on request', async () => {
  const { host, log } = start(1);
  await expect.poll(() => log.count('ready 1'), soon).toBe(1);
  const [running, unknown] = [turn('wait'), turn('never')];
  host.submit(1, running);
  const statuses = await host.reconcile([running.key, unknown.key]);
  expect(statuses.map((status) => status.status)).toEqual(['running', 'unknown']);
});

/** Above the largest process id of Linux and macOS. */
const NO_PROCESS = 2 ** 30;

test('memory and processor time are measured from outside the process', async () => {
  const use = (await measureProcesses([process.pid])).get(process.pid);
  expect(use?.memoryBytes).toBeGreaterThan(1024 * 1024);
  expect(use?.cpuMs).toBeGreaterThan(0);
  expect((await measureProcesses([process.pid, NO_PROCESS])).size).toBe(1);
  expect((await measureProcesses([NO_PROCESS])).size).toBe(0);
  const { log } = start(1);
  await expect.poll(() => log.samples.length, soon).toBeGreaterThan(0);
  expect(log.samples[0]?.[0]).toEqual({ slot: 1, cpuPercent: 0, memoryBytes: expect.any(Number) });
});

/** Returns the `provide` and `withdraw` messages that the slot has received. */
async function providedTo({ host, log }: ReturnType<typeof start>, slot: number, attempt: number): Promise<unknown> {
  const before = log.outcomes.length;
  host.submit(slot, turn('provided', attempt));
  await expect.poll(() => log.outcomes.length, soon).toBe(before + 1);
  const outcome = log.outcomes.at(-1);
  return outcome?.status === 'value' ? JSON.parse(outcome.text) : outcome;
}

test('a slot gets the workspace and the keys of a run once, and again only after a change', async () => {
  const slots = start(2);
  const { host, log } = slots;
  await expect.poll(() => log.count('ready 1') + log.count('ready 2'), soon).toBe(2);
  const first = { workspace: '/one', keys: {} };
  const second = { workspace: '/one', keys: { ada: 'sk-invented' } };
  host.provide('run', first);
  host.provide('run', first);
  const asFirst = { type: 'provide', run: 'run', provided: first };
  expect(await providedTo(slots, 1, 1)).toEqual([asFirst]);
  expect(await providedTo(slots, 1, 2)).toEqual([asFirst]);
  host.provide('run', second);
  const asSecond = { type: 'provide', run: 'run', provided: second };
  expect(await providedTo(slots, 1, 3)).toEqual([asFirst, asSecond]);
  expect(await providedTo(slots, 2, 4)).toEqual([asSecond]);
  host.withdraw('run');
  const end = { type: 'withdraw', run: 'run' };
  expect(await providedTo(slots, 1, 5)).toEqual([asFirst, asSecond, end]);
  expect(await providedTo(slots, 2, 6)).toEqual([asSecond, end]);
});

test('slots receive only the listed environment variables', async () => {
  expect(listedEnvironment({ PATH: '/bin', OPENAI_API_KEY: 'sk-invented', HOME: undefined })).toEqual({ PATH: '/bin' });
  const { host, log } = start(1);
  await expect.poll(() => log.count('ready 1'), soon).toBe(1);
  host.submit(1, turn('environment'));
  await expect.poll(() => log.outcomes.length, soon).toBe(1);
  const [outcome] = log.outcomes;
  const names = outcome?.status === 'value' ? outcome.text.split(' ') : [];
  expect(names).toContain('PATH');
  expect(names).not.toContain('VITEST');
});
