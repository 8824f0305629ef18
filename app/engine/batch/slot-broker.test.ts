import { afterAll, describe, expect, test } from 'vitest';
import { concurrencySteps } from '../../../shared/run/concurrency.ts';
import type { RunState } from '../../../shared/run/state.ts';
import { Scheduler } from '../../../shared/scheduler/scheduler.ts';
import type { SlotHost, SlotListener } from '../../../shared/slot/host.ts';
import { type TurnKey, turnKeyText } from '../../../shared/slot/turn-key.ts';
import type { RunHandle } from '../request.ts';
import { eventsOf, handleOf, makeCrew, Rig, until } from '../testing/rig.ts';
import type { BatchResources } from './share.ts';
import { SharedLimits } from './shared-limits.ts';
import { SlotBroker } from './slot-broker.ts';

/** Slots whose turns end when the test ends them. */
class ManualHost implements SlotHost {
  readonly running = new Map<string, TurnKey>();
  /** The permits submitted with turns, by run. */
  readonly permits = new Map<string, string | undefined>();
  /** The answers to requests, by run. */
  readonly answers: string[] = [];
  most = 0;
  stopped = false;
  #listener: SlotListener | null = null;

  start(count: number, listener: SlotListener): void {
    this.#listener = listener;
    for (let slot = 1; slot <= count; slot += 1) {
      listener.slotStarted(slot, `local:${slot}`);
      listener.slotReady(slot, `local:${slot}`, 1);
    }
  }

  submit(_slot: number, { key, permit }: { key: TurnKey; permit?: string | undefined }): void {
    this.running.set(turnKeyText(key), key);
    this.permits.set(key.run, permit);
    this.most = Math.max(this.most, this.running.size);
  }

  /** Ends the turn of a task of a run. */
  end(run: string, task: string): void {
    const [text, key] = [...this.running].find(([, one]) => one.run === run && one.task === task) ?? [];
    if (text === undefined || key === undefined) throw new Error(`${task} of ${run} does not run.`);
    this.running.delete(text);
    this.#listener?.outcome(key, { status: 'value', text: task });
  }

  cancel(key: TurnKey): void {
    if (this.running.delete(turnKeyText(key))) this.#listener?.outcome(key, { status: 'cancelled' });
  }

  /** Requests a permit for the running turn of a run. */
  ask(run: string): void {
    const request = { kind: 'limiter.acquire', agent: 'ada', provider: 'fake', tokens: 1 } as const;
    this.#listener?.request(this.#turnOf(run), 'request-1', { ...request, origin: 'http://127.0.0.1:1' });
  }

  /** Reports an answer to the first call of a run's running turn. */
  called(run: string, cost_usd: number): void {
    const numbers = { ms: 1, first_token_ms: 1, prompt_tokens: 1, completion_tokens: 1, cost_usd };
    const message = { role: 'assistant', content: 'So.' } as const;
    const permit = this.permits.get(run);
    const said = { agent: 'ada', model: 'fake', ...numbers, prompt: [], message, permit };
    this.#listener?.event(this.#turnOf(run), 1, { type: 'llm.call', ...said });
  }

  #turnOf(run: string): TurnKey {
    const key = [...this.running.values()].find((one) => one.run === run);
    if (!key) throw new Error(`Nothing of ${run} runs.`);
    return key;
  }

  answer({ run }: TurnKey): void {
    this.answers.push(run);
  }

  prepare(): void {}
  resize(): void {}
  acknowledge(): void {}
  kill(): void {}
  reconcile = async () => [];
  stop = async () => {
    this.stopped = true;
  };
}

const rigs: Rig[] = [];
afterAll(() => {
  for (const rig of rigs) rig.remove();
});

/** The rows of a crew on one host. */
class Batch {
  readonly host = new ManualHost();
  readonly broker: SlotBroker;
  readonly rig = new Rig();
  readonly limits = new SharedLimits(2, { rpm: undefined, tokensPerMinute: undefined, agentRpm: new Map() }, () =>
    performance.now(),
  );
  readonly #crew;
  readonly #slots: number;
  #tokens = 0;
  #spent = 0;

  constructor(crew: ReturnType<typeof makeCrew>, slots: number) {
    rigs.push(this.rig);
    this.#crew = crew;
    this.#slots = slots;
    this.broker = new SlotBroker(this.host, crew, slots, () => undefined);
    this.broker.start();
  }

  async row(row: number): Promise<RunHandle> {
    const id = `row-${row}`;
    const { host, slots } = this.broker.row(row, id);
    const share: BatchResources = {
      startedAtMonotonicMs: 0,
      slots,
      limits: (one) => this.limits.join(one).limits,
      spend: (usd) => {
        this.#spent += usd;
        return this.#spent;
      },
      spendTokens: (count) => {
        this.#tokens += count;
        return this.#tokens;
      },
    };
    const workspace = this.rig.path(id);
    const batch = { batch: 'b', row, rows: 3, start_ms: 0 };
    const more = { id, share, batch, workspace };
    const run = handleOf(await this.rig.tryToStart(this.#crew, this.#slots, more, host));
    await decided();
    return run;
  }
}

const chain = makeCrew([{ name: 'draft' }, { name: 'polish', context: ['draft'] }]);
/** On a busy machine an engine makes its decisions in several steps, each in a later turn of the event loop. */
async function decided(): Promise<void> {
  for (let step = 0; step < 5; step += 1) await new Promise((resolve) => setImmediate(resolve));
}

const tasksIn = (state: RunState) => [...state.running].map(({ task, slot }) => `${task} in ${slot}`);

describe('the slots of a batch, with real engines', () => {
  test('a slot that one row frees goes to the next row, whose journal names the previous user', async () => {
    const batch = new Batch(chain, 1);
    const one = await batch.row(1);
    const two = await batch.row(2);
    expect([tasksIn(one.state), tasksIn(two.state)]).toEqual([['draft in 1'], []]);
    batch.host.end('row-1', 'draft');
    await decided();
    // The draft of the second row has the longer remaining path.
    expect([tasksIn(one.state), tasksIn(two.state)]).toEqual([[], ['draft in 1']]);
    batch.host.end('row-2', 'draft');
    await decided();
    expect([tasksIn(one.state), tasksIn(two.state)]).toEqual([['polish in 1'], []]);
    batch.host.end('row-1', 'polish');
    expect(await one.done).toEqual({ status: 'finished', outcome: 'completed' });
    await until(() => tasksIn(two.state).length === 1);
    batch.host.end('row-2', 'polish');
    await two.done;
    expect(batch.host.most).toBe(1);
    const granted = (await eventsOf(two.dir)).filter(({ type }) => type === 'slot.granted');
    expect(granted).toMatchObject([
      { slot: 1, from: { row: 1, task: 'draft' } },
      { slot: 1, from: { row: 1, task: 'polish' } },
    ]);
    expect(two.state.turns.map(({ slotFrom }) => slotFrom?.task)).toEqual(['draft', 'polish']);
  });

  test('an interrupted row frees its slots for other rows and receives no reports about their turns', async () => {
    const batch = new Batch(chain, 1);
    const one = await batch.row(1);
    const two = await batch.row(2);
    one.interrupt('signal');
    expect(await one.done).toMatchObject({ status: 'interrupted' });
    await until(() => tasksIn(two.state).length === 1);
    batch.host.end('row-2', 'draft');
    await until(() => tasksIn(two.state).some((running) => running.startsWith('polish')));
    batch.host.end('row-2', 'polish');
    await two.done;
    expect(batch.host.stopped).toBe(false);
    expect(concurrencySteps(one.state, one.state.t).every(({ running }) => running <= 1)).toBe(true);
  });

  test('a turn that waits for a model call gives up when another row uses up the shared budget', async () => {
    const batch = new Batch(makeCrew([{ name: 'draft' }], { settings: { budget_usd: 1 } }), 2);
    const one = await batch.row(1);
    const two = await batch.row(2);
    await until(() => batch.host.running.size === 2);
    batch.host.ask('row-2');
    expect(batch.host.answers).toEqual([]);
    batch.host.called('row-1', 1);
    batch.host.end('row-1', 'draft');
    expect(await one.done).toEqual({ status: 'finished', outcome: 'completed' });
    expect(await two.done).toMatchObject({ status: 'interrupted', reason: 'budget' });
    expect(batch.host.answers).toEqual([]);
    expect(two.state.turns.map(({ error }) => error?.kind)).toEqual(['budget']);
  });

  test('a new scheduler that replays a row’s journal reaches the state of the row', async () => {
    const batch = new Batch(chain, 2);
    const rows = [await batch.row(1), await batch.row(2), await batch.row(3)];
    await until(() => {
      for (const { run, task } of [...batch.host.running.values()]) batch.host.end(run, task);
      return rows.every(({ state }) => state.outcome !== null);
    });
    await Promise.all(rows.map(({ done }) => done));
    for (const { dir } of rows) {
      const events = await eventsOf(dir);
      const fresh = new Scheduler(chain);
      for (const event of events) {
        if (event.type === 'attempt.started') expect(event).toMatchObject(fresh.next(event.t) ?? { type: 'nothing' });
        fresh.apply(event);
      }
      expect(fresh.snapshot()).toMatchObject({ phase: 'finished', running: 0 });
    }
    expect(batch.host.most).toBe(2);
  });
});
