import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limitSettings } from '../../shared/control/limits/settings.ts';
import { Random } from '../../shared/random.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import type { SlotHost } from '../../shared/slot/host.ts';
import type { LimitedRow } from './batch/share.ts';
import { SharedLimits } from './batch/shared-limits.ts';
import { SlotBroker } from './batch/slot-broker.ts';
import type { RunHandle } from './request.ts';
import { MOST_STEPS, randomRequest, runWithKills } from './testing/killed-runs.ts';
import { randomLimitedCrew } from './testing/limited-crew.ts';
import { startMemoryRun } from './testing/memory-run.ts';
import { RandomHost } from './testing/random-host.ts';
import { actAtRandom } from './testing/random-person.ts';
import { Rig } from './testing/rig.ts';

/**
 * Event sequences of seeded random runs, without times, as digests. A change of the engine's structure keeps them; a
 * change of its behavior updates them (`npx vitest run app/engine/golden.test.ts -u`) and says why.
 */
const RUNS = 100;
const RESUMED_RUNS = 40;
const BATCHES = 30;
/** The fields that a digest covers. Times, texts, sizes and process ids are left out. */
const FIELDS = [
  ...['type', 'task', 'turn', 'attempt', 'slot', 'slots', 'agent', 'result', 'kind', 'reason', 'outcome', 'by'],
  ...['id', 'resource', 'holder', 'reclaimed', 'in_flight', 'rate_limited', 'choice', 'answer', 'degraded', 'missing'],
  ...['for', 'from', 'pool', 'free'],
];

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
  rig.remove();
});

/** The events of a run that matter here, one line each. */
class Lines {
  readonly #lines: string[] = [];

  take(events: readonly RunEvent[]): void {
    for (const event of events) this.#lines.push(JSON.stringify(event, FIELDS));
  }

  /** The number of events, the last one, and the digest of all. */
  summary(): string {
    const digest = createHash('sha256').update(this.#lines.join('\n')).digest('hex').slice(0, 16);
    return `${this.#lines.length} ${this.#lines.at(-1)} ${digest}`;
  }
}

/** Lets fake time pass until the runs are done. */
async function untilEnd(runs: readonly RunHandle[], act: (run: RunHandle) => void): Promise<void> {
  let open = runs.length;
  for (const run of runs) void run.done.then(() => (open -= 1));
  for (let step = 0; open > 0; step += 1) {
    if (step === MOST_STEPS) throw new Error('A run does not end.');
    for (const run of runs) if (run.state.outcome === null && run.state.interrupted === null) act(run);
    const isBusy = runs.some(({ state }) => state.running.size > 0);
    await vi.advanceTimersByTimeAsync(isBusy ? 5 : 100);
  }
}

/** Returns the events until a run ends, is stopped or is interrupted. */
async function runOf(seed: number): Promise<string> {
  const random = new Random(seed);
  const crew = randomLimitedCrew(random);
  const host = new RandomHost(new Random(seed + 1_000_000), { calls: [], refusals: [] });
  const run = startMemoryRun(randomRequest(rig, crew, random.int(1, 4), random), host);
  const lines = new Lines();
  run.subscribe((events) => lines.take(events));
  const actions = [
    () => run.pause(),
    () => run.setSlots(random.int(1, 5)),
    () => {
      run.setSlots(1);
      run.setSlots(random.int(1, 5));
    },
    () => host.crash(),
    () => random.chance(0.1) && run.interrupt('quit'),
    () => random.chance(0.1) && run.stop(),
  ] as const;
  await untilEnd([run], () => actAtRandom(run, random, { chance: 0.03, actions }));
  return lines.summary();
}

/** Returns the events of a run whose process is killed and which another process resumes. */
async function resumedRunOf(seed: number): Promise<string> {
  const random = new Random(seed);
  const crew = randomLimitedCrew(random);
  const lines = new Lines();
  lines.take(await runWithKills(randomRequest(rig, crew, random.int(1, 4), random), seed, random));
  return lines.summary();
}

/** Events of the rows of a batch, which share slots, pools, limits and a budget. */
async function batchOf(seed: number): Promise<string[]> {
  const random = new Random(seed);
  const crew = randomLimitedCrew(random);
  const slots = random.int(1, 4);
  const shared: SlotHost = new RandomHost(new Random(seed + 1_000_000), { calls: [], refusals: [] });
  const broker = new SlotBroker(shared, crew, slots, () => undefined);
  const limits = new SharedLimits(slots, limitSettings(crew), () => performance.now());
  let spentUsd = 0;
  let spentTokens = 0;
  broker.start();
  const all = Array.from({ length: random.int(2, 4) }, (_, index) => {
    const row = index + 1;
    const id = `row-${row}`;
    const own = broker.row(row, id);
    const share = {
      startedAtMonotonicMs: performance.now(),
      slots: own.slots,
      limits: (one: LimitedRow) => limits.join(one).limits,
      spend: (usd: number) => {
        spentUsd += usd;
        return spentUsd;
      },
      spendTokens: (count: number) => {
        spentTokens += count;
        return spentTokens;
      },
    };
    const batch = { batch: 'b', row, rows: 4, start_ms: 0 };
    const run = startMemoryRun(randomRequest(rig, crew, slots, random, { id, share, batch }), own.host);
    const lines = new Lines();
    run.subscribe((events) => lines.take(events));
    return { run, lines };
  });
  await untilEnd(
    all.map(({ run }) => run),
    (run) => {
      const actions = [
        () => run.pause(),
        () => random.chance(0.1) && run.interrupt('quit'),
        () => random.chance(0.1) && run.stop(),
      ] as const;
      actAtRandom(run, random, { chance: 0.01, actions });
    },
  );
  limits.end();
  await broker.stop();
  return all.map(({ lines }) => lines.summary());
}

test('seeded random runs produce the stored sequences of events', async () => {
  const summaries: string[] = [];
  for (let seed = 1; seed <= RUNS; seed += 1) summaries.push(await runOf(seed));
  expect(summaries).toMatchSnapshot();
});

test('seeded random runs that are killed and resumed produce the stored sequences of events', async () => {
  const summaries: string[] = [];
  for (let seed = 1; seed <= RESUMED_RUNS; seed += 1) summaries.push(await resumedRunOf(seed));
  expect(summaries).toMatchSnapshot();
});

test('the rows of seeded random batches produce the stored sequences of events', async () => {
  const summaries: string[][] = [];
  for (let seed = 1; seed <= BATCHES; seed += 1) summaries.push(await batchOf(seed));
  expect(summaries).toMatchSnapshot();
});
