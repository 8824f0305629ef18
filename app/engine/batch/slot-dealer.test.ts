import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Project } from '../../../shared/project/schema.ts';
import { Random } from '../../../shared/random.ts';
import type { EventDraft } from '../../../shared/run/events.ts';
import { computeRanks } from '../../../shared/scheduler/ranks.ts';
import { Scheduler, type TimedEvent } from '../../../shared/scheduler/scheduler.ts';
import { crew, type TaskSpec } from '../../../shared/scheduler/testing.ts';
import { SlotDealer } from './slot-dealer.ts';

/** The rows of a batch in virtual time, with faults, pauses, slots that die and a number of slots that changes. */

const POOLS = [{ name: 'db', capacity: 2 }];

function randomCrew(random: Random): Project {
  const tasks = Array.from({ length: random.int(1, 8) }, (_, index): TaskSpec => {
    const context = Array.from({ length: index }, (_name, earlier) => `t${earlier}`).filter(() => random.chance(0.3));
    const units = random.chance(0.3) ? { resources: [{ pool: 'db', units: random.int(1, 2) }] } : {};
    return { name: `t${index}`, context, async: random.chance(0.8), priority: random.int(-1, 1), ...units };
  });
  return crew({ pools: POOLS, tasks });
}

interface Turn {
  task: string;
  attempt: number;
  end: number;
}

/** One row: its scheduler, what happened in it, and what runs in which slot. */
class Row {
  readonly events: TimedEvent[] = [];
  readonly scheduler: Scheduler;
  readonly running = new Map<number, Turn>();
  readonly ended = new Set<string>();
  paused = false;
  readonly project: Project;
  readonly #world: World;
  readonly #retryAt = new Map<string, number>();

  constructor(project: Project, number: number, world: World) {
    this.project = project;
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

  /** Found without the scheduler: what could start if there was a slot. */
  couldStart(): string[] {
    if (this.paused) return [];
    const running = [...this.running.values()].map(({ task }) => this.#task(task));
    const used = running.flatMap(({ resources }) => resources).reduce((sum, { units }) => sum + units, 0);
    const startable = this.project.tasks.filter((task) => {
      if (this.ended.has(task.name) || running.includes(task)) return false;
      if ((this.#retryAt.get(task.name) ?? 0) > this.#world.t) return false;
      if (!task.context.every((before) => this.ended.has(before))) return false;
      if (!task.async && running.some((other) => !other.async)) return false;
      return (task.resources[0]?.units ?? 0) === 0 || used + (task.resources[0]?.units ?? 0) <= 2;
    });
    return startable.map(({ name }) => name);
  }

  #start({ task, attempt, slot }: Extract<EventDraft, { type: 'attempt.started' }>): void {
    this.#world.check(slot);
    this.running.set(slot, { task, attempt, end: this.#world.t + this.#world.random.int(1, 50) });
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

  constructor(seed: number) {
    this.random = new Random(seed);
    this.count = this.random.int(1, 4);
    this.dealer = new SlotDealer(this.count);
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
      if (this.rows.length === projects.length && this.rows.every((row) => row.isOver)) return;
      if (this.random.chance(0.1)) this.#disturb();
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
      row.say({ type: 'slot.granted', slot: deal.slot });
      this.#settle(row);
      expect(row.running.has(deal.slot)).toBe(true);
    }
  }

  #settle(row: Row): void {
    row.decide();
    this.dealer.tell(this.rows.indexOf(row) + 1, new Set(row.running.keys()), row.scheduler.wish(this.t));
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
    if (next && next.at <= wake) {
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
  test('never run more turns than there are slots over all rows, and none is idle that a row could use', () => {
    let turns = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (seed) => {
        const world = new World(seed);
        world.run();
        turns += world.turns;
      }),
      { numRuns: 300 },
    );
    expect(turns).toBeGreaterThan(1000);
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
    const dealer = new SlotDealer(2);
    dealer.ready(1);
    dealer.ready(2);
    dealer.tell(1, new Set(), 5);
    dealer.tell(2, new Set(), 5);
    dealer.tell(3, new Set(), 9);
    expect(dealer.next()).toEqual({ row: 3, slot: 1, from: null });
    expect(dealer.next()).toEqual({ row: 1, slot: 2, from: null });
    expect(dealer.next()).toBeNull();
    dealer.used(1, 3, 'draft');
    dealer.tell(3, new Set(), null);
    expect(dealer.next()).toEqual({ row: 2, slot: 1, from: { row: 3, task: 'draft' } });
  });

  test('a slot that stood idle for a while was freed by nobody', () => {
    const dealer = new SlotDealer(1);
    dealer.ready(1);
    dealer.tell(1, new Set(), 1);
    dealer.next();
    dealer.used(1, 1, 'draft');
    dealer.tell(1, new Set(), null);
    expect(dealer.next()).toBeNull();
    dealer.tell(2, new Set(), 1);
    expect(dealer.next()).toEqual({ row: 2, slot: 1, from: null });
  });
});
