import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Project } from '../../../shared/project/schema.ts';
import { Random } from '../../../shared/random.ts';
import type { EventDraft } from '../../../shared/run/events.ts';
import type { Wish } from '../../../shared/scheduler/decide.ts';
import { ownerKey } from '../../../shared/scheduler/lease-queues.ts';
import { computeRanks } from '../../../shared/scheduler/ranks.ts';
import { Scheduler, type Sharing, type TimedEvent } from '../../../shared/scheduler/scheduler.ts';
import { crew, type TaskSpec } from '../../../shared/scheduler/testing.ts';
import { circlesOverRows } from './circles.ts';
import { SlotDealer } from './slot-dealer.ts';

/** The rows of a batch in virtual time, with faults, pauses, slots that die and a number of slots that changes. */

const POOLS = [
  { name: 'db', capacity: 2 },
  { name: 'seat', capacity: 1 },
];
const AGENTS = [{ name: 'ada' }, { name: 'bob', max_concurrent: 1 }];
const CAPACITIES = new Map([...POOLS.map(({ name, capacity }) => [name, capacity] as const), ['bob', 1]]);

function randomCrew(random: Random): Project {
  const tasks = Array.from({ length: random.int(1, 8) }, (_, index): TaskSpec => {
    const context = Array.from({ length: index }, (_name, earlier) => `t${earlier}`).filter(() => random.chance(0.3));
    const db = random.chance(0.3) ? [{ pool: 'db', units: random.int(1, 2) }] : [];
    const seat = random.chance(0.2) ? [{ pool: 'seat', units: 1 }] : [];
    const agent = random.chance(0.2) ? 'bob' : 'ada';
    const priority = random.int(-1, 1);
    return { name: `t${index}`, context, agent, async: random.chance(0.8), priority, resources: [...db, ...seat] };
  });
  return crew({ pools: POOLS, agents: AGENTS, tasks });
}

interface Turn {
  task: string;
  attempt: number;
  /** For ever while it waits for a lease. */
  end: number;
  /** What it has by a tool. */
  leases: string[];
  waitsFor: { id: string; pool: string } | null;
}

/** One row: its scheduler, what happened in it, and what runs in which slot. */
class Row {
  readonly events: TimedEvent[] = [];
  readonly scheduler: Scheduler;
  readonly running = new Map<number, Turn>();
  readonly ended = new Set<string>();
  paused = false;
  readonly project: Project;
  readonly number: number;
  readonly #world: World;
  #leases = 0;
  readonly #retryAt = new Map<string, number>();

  constructor(project: Project, number: number, world: World) {
    this.project = project;
    this.number = number;
    this.#world = world;
    this.scheduler = new Scheduler(project);
    this.say({
      ...STARTED,
      ranks: computeRanks(project, {}),
      settings: { ...STARTED.settings, slots: world.count },
      batch: { batch: 'b', row: number, rows: 9, start_ms: 0 },
    });
  }

  get isOver(): boolean {
    return this.events.at(-1)?.type === 'run.finished';
  }

  say(draft: EventDraft): void {
    const event: TimedEvent = { ...draft, t: this.#world.t };
    this.events.push(event);
    this.scheduler.apply(event);
  }

  decide(): void {
    for (let next = this.scheduler.next(this.#world.t); next !== null; next = this.scheduler.next(this.#world.t)) {
      this.say(next);
      if (next.type === 'attempt.started') this.#start(next);
      if (next.type === 'task.failed' || next.type === 'task.skipped') this.ended.add(next.task);
    }
  }

  end(slot: number, result: 'ok' | 'error' | 'crash'): void {
    const turn = this.running.get(slot);
    if (!turn) return;
    this.running.delete(slot);
    const { task, attempt } = turn;
    if (result === 'ok') {
      this.say({ type: 'attempt.ended', task, attempt, result: 'ok' });
      this.ended.add(task);
      const { degraded } = this.scheduler.completionFlags(task);
      this.say({ type: 'task.completed', task, text: '', ...(degraded ? { degraded } : {}) });
      return;
    }
    const again = attempt < 3 ? { retry_at: this.#world.t + this.#world.random.int(0, 20) } : {};
    if (again.retry_at !== undefined) this.#retryAt.set(task, again.retry_at);
    this.say({ type: 'attempt.ended', task, attempt, result, kind: 'crash', message: 'It broke.', ...again });
  }

  /** Found without the scheduler: what its running turns have of what the rows share. */
  used(): { pool: string; units: number }[] {
    return [...this.running.values()].flatMap(({ task, leases }) => [
      ...this.#needs(this.#task(task)),
      ...leases.map((pool) => ({ pool, units: 1 })),
    ]);
  }

  /** A running turn asks for a unit by a tool; refused where it would wait for ever. */
  ask(): void {
    const [first, ...others] = this.running.values();
    if (!first) return;
    const turn = this.#world.random.pick([first, ...others]);
    const pool = this.#world.random.pick(['db', 'seat']);
    if (turn.waitsFor !== null || turn.leases.includes(pool)) return;
    if (this.#task(turn.task).resources.some((demand) => demand.pool === pool)) return;
    const { task, attempt } = turn;
    if (this.#world.wouldCircle(this, ownerKey({ task, attempt }), pool)) {
      this.#world.refused += 1;
      return;
    }
    this.#leases += 1;
    const id = `lease-${this.#leases}`;
    turn.waitsFor = { id, pool };
    turn.end = Number.POSITIVE_INFINITY;
    this.say({ type: 'resource.requested', task, attempt, id, resource: pool, holder: 'ada' });
  }

  leased(id: string): void {
    const turn = [...this.running.values()].find(({ waitsFor }) => waitsFor?.id === id);
    if (!turn?.waitsFor) throw new Error(`Nobody waits for ${id}.`);
    const { task, attempt, waitsFor } = turn;
    turn.leases.push(waitsFor.pool);
    turn.waitsFor = null;
    turn.end = this.#world.t + this.#world.random.int(1, 50);
    this.say({ type: 'resource.acquired', task, attempt, id, resource: waitsFor.pool, holder: 'ada' });
  }

  #needs(task: Project['tasks'][number]): { pool: string; units: number }[] {
    return task.agent === 'bob' ? [...task.resources, { pool: 'bob', units: 1 }] : task.resources;
  }

  /** Found without the scheduler: what could start if there was a slot. */
  couldStart(): string[] {
    if (this.paused) return [];
    const running = [...this.running.values()].map(({ task }) => this.#task(task));
    const startable = this.project.tasks.filter((task) => {
      if (this.ended.has(task.name) || running.includes(task)) return false;
      if ((this.#retryAt.get(task.name) ?? 0) > this.#world.t) return false;
      if (!task.context.every((before) => this.ended.has(before))) return false;
      if (!task.async && running.some((other) => !other.async)) return false;
      return this.#needs(task).every(({ pool, units }) => this.#world.free(pool) >= units);
    });
    return startable.map(({ name }) => name);
  }

  #start({ task, attempt, slot }: Extract<EventDraft, { type: 'attempt.started' }>): void {
    this.#world.check(slot);
    const end = this.#world.t + this.#world.random.int(1, 50);
    this.running.set(slot, { task, attempt, end, leases: [], waitsFor: null });
  }

  #task(name: string): Project['tasks'][number] {
    const task = this.project.tasks.find((candidate) => candidate.name === name);
    if (!task) throw new Error(name);
    return task;
  }
}

class World {
  readonly random: Random;
  readonly dealer: SlotDealer;
  readonly rows: Row[] = [];
  readonly #ready = new Set<number>();
  t = 0;
  count: number;
  turns = 0;
  leases = 0;
  refused = 0;
  readonly #told = new Map<string, number>();

  constructor(seed: number) {
    this.random = new Random(seed);
    this.count = this.random.int(1, 4);
    this.dealer = new SlotDealer(this.count, CAPACITIES);
    for (let slot = 1; slot <= this.count; slot += 1) this.#isReady(slot);
  }

  run(): void {
    const projects = Array.from({ length: this.random.int(1, 5) }, () => randomCrew(this.random));
    for (let steps = 0; steps < 20_000; steps += 1) {
      const project = projects[this.rows.length];
      // Rows begin one after the other, whenever it comes to that.
      if (project && (this.rows.length === 0 || this.random.chance(0.3))) this.#begin(project);
      this.#deal();
      this.#checkNothingIdle();
      this.#checkTold();
      if (this.rows.length === projects.length && this.rows.every((row) => row.isOver)) return;
      if (this.random.chance(0.4)) this.rows[this.random.int(0, this.rows.length - 1)]?.ask();
      else if (this.random.chance(0.1)) this.#disturb();
      else this.#advance();
    }
    throw new Error('The batch does not end.');
  }

  /** A turn starts in `slot`. */
  check(slot: number): void {
    this.turns += 1;
    const busy = this.rows.flatMap((row) => [...row.running.keys()]);
    expect(busy.length).toBeLessThan(this.count);
    expect(busy).not.toContain(slot);
    expect(this.#ready.has(slot)).toBe(true);
  }

  /** Counted from what runs, not from what was told. */
  free(pool: string): number {
    const used = this.rows.flatMap((row) => row.used()).filter((need) => need.pool === pool);
    return (CAPACITIES.get(pool) ?? 0) - used.reduce((sum, { units }) => sum + units, 0);
  }

  wouldCircle(row: Row, owner: string, resource: string): boolean {
    const rows = this.rows.map(({ number, scheduler }) => ({ row: number, graph: scheduler.waits() }));
    return circlesOverRows(rows, CAPACITIES, this.dealer.leasesWaiting(), { row: row.number, owner, resource });
  }

  #begin(project: Project): void {
    const row = new Row(project, this.rows.length + 1, this);
    for (const slot of this.#ready) row.say({ type: 'slot.ready', slot, pid: slot, ms: 0 });
    this.rows.push(row);
  }

  #deal(): void {
    for (const row of this.rows) this.#settle(row);
    for (let deal = this.dealer.next(); deal !== null; deal = this.dealer.next()) {
      const row = this.rows[deal.row - 1];
      if (!row) throw new Error('A row that is not there.');
      if (deal.kind === 'slot') {
        const { wish, slot } = deal;
        row.say({ type: 'slot.granted', slot, for: { task: wish.task } });
        this.#settle(row);
        expect(row.running.get(slot)?.task).toBe(wish.task);
      } else {
        this.leases += 1;
        row.leased(deal.id);
        this.#settle(row);
      }
      for (const pool of CAPACITIES.keys()) expect(this.free(pool)).toBeGreaterThanOrEqual(0);
    }
    for (const { row, rooms } of this.dealer.news()) {
      for (const { pool, free } of rooms) this.#told.set(`${row} ${pool}`, free);
    }
  }

  /** A row knows, of what it wants, whether there is room for it. */
  #checkTold(): void {
    for (const { number, scheduler } of this.rows) {
      for (const { pool, units } of scheduler.sharing(this.t).wishes.flatMap(({ needs }) => needs)) {
        const told = this.#told.get(`${number} ${pool}`) ?? Number.POSITIVE_INFINITY;
        expect(told >= units).toBe(this.free(pool) >= units);
      }
    }
  }

  #settle(row: Row): void {
    row.decide();
    this.dealer.tell(this.rows.indexOf(row) + 1, new Set(row.running.keys()), row.scheduler.sharing(this.t));
  }

  #checkNothingIdle(): void {
    const busy = this.rows.flatMap((row) => [...row.running.keys()]);
    const idle = [...this.#ready].some((slot) => slot <= this.count && !busy.includes(slot));
    if (!idle || busy.length >= this.count) return;
    expect(this.rows.flatMap((row) => row.couldStart())).toEqual([]);
  }

  #advance(): void {
    const turns = this.rows.flatMap((row) => [...row.running].map(([slot, turn]) => ({ row, slot, at: turn.end })));
    const wakes = this.rows.flatMap((row) => row.scheduler.wakeAt() ?? []).filter((at) => at > this.t);
    const next = turns.sort((a, b) => a.at - b.at)[0];
    const wake = Math.min(...wakes);
    if (next && next.at !== Number.POSITIVE_INFINITY && next.at <= wake) {
      this.t = next.at;
      next.row.end(next.slot, this.random.chance(0.8) ? 'ok' : 'error');
    } else if (wakes.length > 0) this.t = wake;
    else for (const row of this.rows) this.#unpause(row);
  }

  #disturb(): void {
    const row = this.rows[this.random.int(0, this.rows.length - 1)];
    if (!row) return;
    if (this.random.chance(0.3)) this.#resize(this.random.int(1, 5));
    else if (this.random.chance(0.4)) this.#crash(this.random.int(1, this.count));
    else if (row.paused) this.#unpause(row);
    else if (!row.isOver) {
      row.paused = true;
      row.say({ type: 'run.paused' });
    }
  }

  #unpause(row: Row): void {
    if (!row.paused) return;
    row.paused = false;
    row.say({ type: 'run.unpaused' });
  }

  #resize(count: number): void {
    this.count = count;
    this.dealer.resize(count);
    for (const row of this.rows) if (!row.isOver) row.say({ type: 'run.slots', slots: count });
    for (let slot = 1; slot <= count; slot += 1) if (!this.#ready.has(slot)) this.#isReady(slot);
  }

  /** A slot's process dies, its turn with it, and another takes its place. */
  #crash(slot: number): void {
    if (!this.#ready.delete(slot)) return;
    this.dealer.unready(slot);
    for (const row of this.rows) {
      if (row.isOver) continue;
      row.say({ type: 'slot.exited', slot, pid: slot, reason: 'crash' });
      row.end(slot, 'crash');
    }
    this.#deal();
    this.#isReady(slot);
  }

  #isReady(slot: number): void {
    this.#ready.add(slot);
    for (const row of this.rows) if (!row.isOver) row.say({ type: 'slot.ready', slot, pid: slot, ms: 0 });
    this.dealer.ready(slot);
  }
}

const NOTHING_WANTED: Sharing = { has: [], wishes: [], leases: [] };

function wants(rank: number, needs: Wish['needs'] = []): Sharing {
  return { ...NOTHING_WANTED, wishes: [{ task: 'draft', rank, needs }] };
}

function hold(owner: string, resource: string) {
  return { owners: [owner], resource, units: 1 };
}

const STARTED = {
  type: 'run.started',
  format: 'crewlane-journal/1',
  run: 'r',
  crew: 'crew',
  file: null,
  settings: { slots: 1, provider: 'fake', base_url: null, model: null, cache: 'off', workspace: '/' },
  rehearsal: false,
  estimates: {},
  ranks: {},
  prediction: { makespan_ms: null, tasks: {} },
  versions: {},
  seed: 1,
  time_zone: 'UTC',
  utc_offset_min: 0,
  wall_ms: 0,
} as const satisfies EventDraft;

describe('the slots of a batch', () => {
  test('never run more turns than there are slots over all rows, nor above a pool or an agent’s limit; nothing is idle that a row could use, and every batch ends', () => {
    const sums = { turns: 0, leases: 0, refused: 0 };
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seed) => {
        const world = new World(seed);
        world.run();
        sums.turns += world.turns;
        sums.leases += world.leases;
        sums.refused += world.refused;
      }),
      { numRuns: 300 },
    );
    expect(sums.turns).toBeGreaterThan(1000);
    expect(sums.leases).toBeGreaterThan(100);
    expect(sums.refused).toBeGreaterThan(0);
  });

  test('a fresh scheduler that is fed with a row’s journal reaches the same state', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seed) => {
        const world = new World(seed);
        world.run();
        for (const { project, events, scheduler } of world.rows) {
          const fresh = new Scheduler(project);
          for (const event of events) fresh.apply(event);
          expect(fresh.snapshot()).toEqual(scheduler.snapshot());
        }
      }),
      { numRuns: 50 },
    );
  });

  test('go to the turn that ranks highest, to the earlier row among equals, and say who had them just before', () => {
    const dealer = new SlotDealer(2, CAPACITIES);
    dealer.ready(1);
    dealer.ready(2);
    dealer.tell(1, new Set(), wants(5));
    dealer.tell(2, new Set(), wants(5));
    dealer.tell(3, new Set(), wants(9));
    expect(dealer.next()).toMatchObject({ row: 3, slot: 1, from: null });
    expect(dealer.next()).toMatchObject({ row: 1, slot: 2, from: null });
    expect(dealer.next()).toBeNull();
    dealer.used(1, 3, 'draft');
    dealer.tell(3, new Set(), NOTHING_WANTED);
    expect(dealer.next()).toMatchObject({ row: 2, slot: 1, from: { row: 3, task: 'draft' } });
  });

  test('a slot that stood idle for a while was freed by nobody', () => {
    const dealer = new SlotDealer(1, CAPACITIES);
    dealer.ready(1);
    dealer.tell(1, new Set(), wants(1));
    dealer.next();
    dealer.used(1, 1, 'draft');
    dealer.tell(1, new Set(), NOTHING_WANTED);
    expect(dealer.next()).toBeNull();
    dealer.tell(2, new Set(), wants(1));
    expect(dealer.next()).toMatchObject({ row: 2, slot: 1, from: null });
  });

  test('a turn that lacks a pool lets lower ranks by, and rows are told of room only where it makes a difference', () => {
    const dealer = new SlotDealer(2, CAPACITIES);
    dealer.ready(1);
    dealer.ready(2);
    const seat = [{ pool: 'seat', units: 1 }];
    dealer.tell(1, new Set(), wants(5, seat));
    dealer.tell(2, new Set(), wants(9, seat));
    dealer.tell(3, new Set(), wants(1));
    expect(dealer.next()).toMatchObject({ row: 2, slot: 1 });
    expect(dealer.next()).toMatchObject({ row: 3, slot: 2 });
    expect(dealer.next()).toBeNull();
    expect(dealer.news()).toEqual([{ row: 1, rooms: [{ pool: 'seat', free: 0 }] }]);
    expect(dealer.news()).toEqual([]);
    dealer.tell(2, new Set(), NOTHING_WANTED);
    expect(dealer.next()).toMatchObject({ row: 1, slot: 1 });
  });

  test('units are leased first come, first served over all rows, before new turns start', () => {
    const dealer = new SlotDealer(2, CAPACITIES);
    dealer.ready(1);
    const seat = [{ pool: 'seat', units: 1 }];
    const asks = (id: string) => ({ ...NOTHING_WANTED, leases: [{ id, pool: 'seat' }] });
    dealer.tell(3, new Set(), { ...NOTHING_WANTED, has: seat });
    dealer.tell(2, new Set(), asks('lease-7'));
    dealer.tell(1, new Set(), asks('lease-9'));
    dealer.tell(4, new Set(), wants(9, seat));
    expect(dealer.next()).toBeNull();
    dealer.tell(3, new Set(), NOTHING_WANTED);
    expect(dealer.next()).toEqual({ kind: 'lease', row: 2, id: 'lease-7' });
    dealer.tell(2, new Set(), { ...NOTHING_WANTED, has: seat });
    expect(dealer.next()).toBeNull();
    dealer.forget(2);
    expect(dealer.next()).toEqual({ kind: 'lease', row: 1, id: 'lease-9' });
    expect(dealer.next()).toBeNull();
  });

  test('what a row held from turn to turn is free once it goes on with its batch, and its next turn needs it anew', () => {
    const db = [{ pool: 'db', units: 2 }];
    const council = crew({
      process: 'consensual',
      agents: [{ name: 'ada' }, { name: 'eve' }],
      pools: POOLS,
      tasks: [{ name: 'draft', agent: null, resources: db }],
    });
    const scheduler = new Scheduler(council);
    let t = 0;
    const say = (draft: EventDraft) => {
      t += 1;
      scheduler.apply({ ...draft, t });
    };
    const proposal = { task: 'draft', attempt: 1, turn: 'propose:ada' };
    say({ ...STARTED, batch: { batch: 'b', row: 1, rows: 2, start_ms: 0 } });
    say({ type: 'task.ready', task: 'draft' });
    expect(scheduler.sharing(t).wishes).toMatchObject([{ turn: 'propose:ada', needs: db }]);
    say({ type: 'slot.ready', slot: 1, pid: 1, ms: 0 });
    say({ type: 'slot.granted', slot: 1, for: { task: 'draft', turn: 'propose:ada' } });
    say({ type: 'attempt.started', ...proposal, slot: 1, agent: 'ada' });
    say({ type: 'attempt.ended', ...proposal, result: 'ok' });
    expect(scheduler.sharing(t)).toMatchObject({ has: db, wishes: [{ turn: 'propose:eve', needs: [] }] });
    say({ type: 'run.resumed', wall_ms: 0, versions: {}, batch_ms: 9 });
    expect(scheduler.sharing(t)).toMatchObject({ has: [], wishes: [{ turn: 'propose:eve', needs: db }] });
  });

  test('a circle of waits is known where it goes through several rows', () => {
    const one = { waits: [{ id: 'a', owner: 'draft 1 ', resource: 'seat' }], holds: [hold('draft 1 ', 'own')] };
    const two = { waits: [], holds: [hold('draft 1 ', 'seat')] };
    const rows = [one, two].map((graph, at) => ({ row: at + 1, graph: { ...graph, free: () => 0 } }));
    const ask = (row: number, resource: string) =>
      circlesOverRows(
        rows,
        new Map([
          ['seat', 1],
          ['db', 1],
        ]),
        [],
        { row, owner: 'draft 1 ', resource },
      );
    // What the first row's turn made by a tool is its own: the other row's of the same name is another one.
    expect(ask(2, 'own')).toBe(true);
    expect(ask(2, 'db')).toBe(false);
    rows[0]?.graph.holds.push(hold('draft 1 ', 'db'));
    expect(ask(2, 'db')).toBe(true);
  });
});
