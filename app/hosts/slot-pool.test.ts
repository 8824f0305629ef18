import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { SlotListener, SlotSample } from '../../shared/slot/host.ts';
import type { SlotOutcome, TurnKey, TurnSubmission } from '../../shared/slot/protocol.ts';
import { measureProcesses, parsePs } from './measure.ts';
import { listedEnvironment, nodeHost } from './node-host.ts';
import type { SlotPool } from './slot-pool.ts';

const SLOT = fileURLToPath(new URL('./testing/echo-slot.mjs', import.meta.url));
const pools: SlotPool[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});

/** Keeps what a pool says, as lines to look at. */
class Log implements SlotListener {
  readonly lines: string[] = [];
  readonly pids = new Map<number, number>();
  readonly samples: SlotSample[][] = [];
  readonly events: number[] = [];
  readonly outcomes: SlotOutcome[] = [];

  slotStarted(slot: number, pid: number): void {
    this.pids.set(slot, pid);
    this.lines.push(`started ${slot}`);
  }
  slotReady(slot: number): void {
    this.lines.push(`ready ${slot}`);
  }
  slotExited(slot: number, _pid: number, reason: string): void {
    this.lines.push(`exited ${slot} ${reason}`);
  }
  sample(samples: readonly SlotSample[]): void {
    this.samples.push([...samples]);
  }
  event(_key: TurnKey, number: number): void {
    this.events.push(number);
  }
  text(_key: TurnKey, delta: string): void {
    this.lines.push(`text ${delta}`);
  }
  request(): void {
    this.lines.push('request');
  }
  requestCancelled(): void {
    this.lines.push('request cancelled');
  }
  outcome(_key: TurnKey, outcome: SlotOutcome): void {
    this.outcomes.push(outcome);
    this.lines.push(`outcome ${outcome.status}`);
  }
  count(line: string): number {
    return this.lines.filter((each) => each === line).length;
  }
}

function start(count: number, environment: Record<string, string> = {}): { pool: SlotPool; log: Log } {
  const pool = nodeHost(SLOT, { ...listedEnvironment(process.env), ...environment });
  pools.push(pool);
  const log = new Log();
  pool.start(count, log);
  return { pool, log };
}

/** `prompt`: what the echo slot does. */
function turn(prompt: string, attempt = 1): TurnSubmission {
  const model = { provider: 'fake', base_url: 'http://127.0.0.1:1', model: 'fake', api_key: null, price: null };
  return {
    key: { run: 'run', task: prompt, attempt, turn: null },
    agent: { name: 'ada', role: '', goal: '', system: '', model, tools: [], max_iterations: 1 },
    prompt,
    transcript: [],
    coworkers: [],
    workspace: '/',
    rehearsal: false,
    seed: 1,
    timeout_ms: 1000,
  };
}

const soon = { timeout: 5000, interval: 5 };

test('slots start in order and become ready, and a turn comes back with its value', async () => {
  const { pool, log } = start(3);
  await expect.poll(() => log.lines.filter((line) => line.startsWith('ready')).length, soon).toBe(3);
  expect(log.lines.filter((line) => line.startsWith('started'))).toEqual(['started 1', 'started 2', 'started 3']);
  pool.submit(2, turn('echo'));
  pool.submit(2, turn('echo'));
  await expect.poll(() => log.outcomes, soon).toEqual([{ status: 'value', text: 'echo' }]);
});

test('repeated events are dropped', async () => {
  const { pool, log } = start(1);
  await expect.poll(() => log.count('ready 1'), soon).toBe(1);
  pool.submit(1, turn('repeat'));
  await expect.poll(() => log.outcomes.length, soon).toBe(1);
  expect(log.events).toEqual([1, 2, 3]);
});

test('a slot that is killed loses its turn and is replaced by the spare', async () => {
  const { pool, log } = start(1);
  await expect.poll(() => log.count('ready 1'), soon).toBe(1);
  pool.submit(1, turn('wait'));
  process.kill(log.pids.get(1) ?? 0, 'SIGKILL');
  await expect.poll(() => log.count('ready 1'), soon).toBe(2);
  expect(log.outcomes[0]).toMatchObject({ status: 'lost', reason: 'crash' });
  expect(log.lines.indexOf('exited 1 crash')).toBeLessThan(log.lines.indexOf('outcome lost'));
  pool.submit(1, turn('echo'));
  await expect.poll(() => log.outcomes.length, soon).toBe(2);
});

test('a cancelled turn stops, and a slot that does not stop in time is killed', async () => {
  const { pool, log } = start(2);
  await expect.poll(() => log.count('ready 1') + log.count('ready 2'), soon).toBe(2);
  const [waits, hangs] = [turn('wait'), turn('hang')];
  pool.submit(1, waits);
  pool.submit(2, hangs);
  pool.cancel(waits.key, 2000);
  await expect.poll(() => log.outcomes, soon).toEqual([{ status: 'cancelled' }]);
  pool.cancel(hangs.key, 50);
  pool.cancel(hangs.key, 50);
  await expect.poll(() => log.outcomes[1], soon).toMatchObject({ status: 'lost', reason: 'timeout' });
  expect(log.lines).toContain('exited 2 timeout');
  expect(log.lines).not.toContain('exited 1 timeout');
});

test('a message that is not of the protocol ends the slot that sent it', async () => {
  const { pool, log } = start(1);
  await expect.poll(() => log.count('ready 1'), soon).toBe(1);
  pool.submit(1, turn('nonsense'));
  await expect.poll(() => log.outcomes[0], soon).toMatchObject({ status: 'lost', reason: 'crash' });
});

test('a slot that dies as it starts is tried again after a pause, and not in a tight loop', async () => {
  const { log } = start(1, { ECHO_SLOT_DIES: '1' });
  await expect.poll(() => log.count('exited 1 crash'), soon).toBe(3);
  expect(log.lines.filter((line) => line.startsWith('ready'))).toEqual([]);
});

test('with fewer slots the idle ones end at once and the busy ones after their turn', async () => {
  const { pool, log } = start(3);
  await expect.poll(() => log.lines.filter((line) => line.startsWith('ready')).length, soon).toBe(3);
  const waits = turn('wait');
  pool.submit(3, waits);
  pool.resize(1);
  await expect.poll(() => log.count('exited 2 ended'), soon).toBe(1);
  expect(log.lines).not.toContain('exited 3 ended');
  pool.cancel(waits.key, 2000);
  await expect.poll(() => log.count('exited 3 ended'), soon).toBe(1);
  pool.resize(2);
  await expect.poll(() => log.count('ready 2'), soon).toBe(2);
});

test('what became of a turn is told by the slot that has it', async () => {
  const { pool, log } = start(1);
  await expect.poll(() => log.count('ready 1'), soon).toBe(1);
  const [running, unknown] = [turn('wait'), turn('never')];
  pool.submit(1, running);
  const statuses = await pool.reconcile([running.key, unknown.key]);
  expect(statuses.map((status) => status.status)).toEqual(['running', 'unknown']);
});

test('memory and processor time are read from outside', async () => {
  const use = (await measureProcesses([process.pid])).get(process.pid);
  expect(use?.memoryBytes).toBeGreaterThan(1024 * 1024);
  expect(use?.cpuMs).toBeGreaterThan(0);
  expect(parsePs('  12  2048 01:02.50\n 13 1024 1-00:00:01\n')).toEqual(
    new Map([
      [12, { memoryBytes: 2048 * 1024, cpuMs: 62_500 }],
      [13, { memoryBytes: 1024 * 1024, cpuMs: 86_401_000 }],
    ]),
  );
  const { log } = start(1);
  await expect.poll(() => log.samples.length, soon).toBeGreaterThan(0);
  expect(log.samples[0]?.[0]).toMatchObject({ slot: 1, pid: log.pids.get(1) });
});

test('slots are given the listed part of the environment and no more', async () => {
  expect(listedEnvironment({ PATH: '/bin', OPENAI_API_KEY: 'sk-invented', HOME: undefined })).toEqual({ PATH: '/bin' });
  const { pool, log } = start(1);
  await expect.poll(() => log.count('ready 1'), soon).toBe(1);
  pool.submit(1, turn('environment'));
  await expect.poll(() => log.outcomes.length, soon).toBe(1);
  const [outcome] = log.outcomes;
  const names = outcome?.status === 'value' ? outcome.text.split(' ') : [];
  expect(names).toContain('PATH');
  expect(names).not.toContain('VITEST');
});
