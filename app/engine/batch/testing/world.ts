import { expect } from 'vitest';
import type { Crew } from '../../../../shared/crew/schema.ts';
import { Random } from '../../../../shared/random.ts';
import { SlotAllocator } from '../slot-allocator.ts';
import { wouldDeadlockAcrossRows } from '../wait-cycles.ts';
import { CAPACITIES, randomCrew } from './crews.ts';
import { Row, type RowWorld } from './row.ts';

/** The rows of a batch in virtual time, with faults, pauses, crashing slots and a changing number of slots. */
export class World implements RowWorld {
  readonly random: Random;
  readonly allocator: SlotAllocator;
  readonly rows: Row[] = [];
  readonly #ready = new Set<number>();
  t = 0;
  count: number;
  turns = 0;
  leases = 0;
  refused = 0;
  readonly #reported = new Map<string, number>();

  constructor(seed: number) {
    this.random = new Random(seed);
    this.count = this.random.int(1, 4);
    this.allocator = new SlotAllocator(this.count, CAPACITIES);
    for (let slot = 1; slot <= this.count; slot += 1) this.#isReady(slot);
  }

  run(): void {
    const crews = Array.from({ length: this.random.int(1, 5) }, () => randomCrew(this.random));
    for (let steps = 0; steps < 20_000; steps += 1) {
      const crew = crews[this.rows.length];
      // Rows start one after the other, at random times.
      if (crew && (this.rows.length === 0 || this.random.chance(0.3))) this.#begin(crew);
      this.#grantAll();
      this.#checkNothingIdle();
      this.#checkReported();
      if (this.rows.length === crews.length && this.rows.every((row) => row.isOver)) return;
      if (this.random.chance(0.4)) this.rows[this.random.int(0, this.rows.length - 1)]?.ask();
      else if (this.random.chance(0.1)) this.#disturb();
      else this.#advance();
    }
    throw new Error('The batch does not end.');
  }

  /** Checks the invariants when a turn starts in `slot`. */
  check(slot: number): void {
    this.turns += 1;
    const busy = this.rows.flatMap((row) => [...row.running.keys()]);
    expect(busy.length).toBeLessThan(this.count);
    expect(busy).not.toContain(slot);
    expect(this.#ready.has(slot)).toBe(true);
  }

  /** Counts from the running turns, not from the rows' reports. */
  free(pool: string): number {
    const used = this.rows.flatMap((row) => row.used()).filter((need) => need.pool === pool);
    return (CAPACITIES.get(pool) ?? 0) - used.reduce((sum, { units }) => sum + units, 0);
  }

  wouldDeadlock(row: Row, owner: string, resource: string): boolean {
    const rows = this.rows.map(({ number, scheduler }) => ({ row: number, graph: scheduler.waits() }));
    return wouldDeadlockAcrossRows(rows, CAPACITIES, this.allocator.leasesWaiting(), {
      row: row.number,
      owner,
      resource,
    });
  }

  #begin(crew: Crew): void {
    const row = new Row(crew, this.rows.length + 1, this);
    for (const slot of this.#ready) row.say({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 });
    this.rows.push(row);
  }

  #grantAll(): void {
    for (const row of this.rows) this.#settle(row);
    for (let grant = this.allocator.next(); grant !== null; grant = this.allocator.next()) {
      const row = this.rows[grant.row - 1];
      if (!row) throw new Error('The row does not exist.');
      if (grant.kind === 'slot') {
        const { candidate, slot } = grant;
        row.say({ type: 'slot.granted', slot, for: { task: candidate.task } });
        this.#settle(row);
        expect(row.running.get(slot)?.task).toBe(candidate.task);
      } else {
        this.leases += 1;
        row.leased(grant.id);
        this.#settle(row);
      }
      for (const pool of CAPACITIES.keys()) expect(this.free(pool)).toBeGreaterThanOrEqual(0);
    }
    for (const { row, rooms } of this.allocator.changedRooms()) {
      for (const { pool, free } of rooms) this.#reported.set(`${row} ${pool}`, free);
    }
  }

  /** Checks that each row knows whether the units it wants are free. */
  #checkReported(): void {
    for (const { number, scheduler } of this.rows) {
      for (const { pool, units } of scheduler.sharing(this.t).candidates.flatMap(({ needs }) => needs)) {
        const reported = this.#reported.get(`${number} ${pool}`) ?? Number.POSITIVE_INFINITY;
        expect(reported >= units).toBe(this.free(pool) >= units);
      }
    }
  }

  #settle(row: Row): void {
    row.decide();
    this.allocator.report(this.rows.indexOf(row) + 1, new Set(row.running.keys()), row.scheduler.sharing(this.t));
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
    this.allocator.resize(count);
    for (const row of this.rows) if (!row.isOver) row.say({ type: 'run.slots', slots: count });
    for (let slot = 1; slot <= count; slot += 1) if (!this.#ready.has(slot)) this.#isReady(slot);
  }

  /** Crashes a slot's process and its turn, and starts a replacement. */
  #crash(slot: number): void {
    if (!this.#ready.delete(slot)) return;
    this.allocator.unready(slot);
    for (const row of this.rows) {
      if (row.isOver) continue;
      row.say({ type: 'slot.exited', slot, where: `local:${slot}`, reason: 'crash' });
      row.end(slot, 'crash');
    }
    this.#grantAll();
    this.#isReady(slot);
  }

  #isReady(slot: number): void {
    this.#ready.add(slot);
    for (const row of this.rows) if (!row.isOver) row.say({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 });
    this.allocator.ready(slot);
  }
}
