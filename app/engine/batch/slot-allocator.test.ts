import { describe, expect, test } from 'vitest';
import type { EventDraft } from '../../../shared/run/events.ts';
import { STARTED } from '../../../shared/run/testing/started.ts';
import type { Candidate } from '../../../shared/scheduler/decide.ts';
import { Scheduler, type SharedDemand } from '../../../shared/scheduler/scheduler.ts';
import { makeCrew } from '../../../shared/scheduler/testing/rig.ts';
import { SlotAllocator } from './slot-allocator.ts';
import { CAPACITIES, POOLS } from './testing/crews.ts';

const NOTHING_WANTED: SharedDemand = { has: [], candidates: [], leases: [] };

function wants(rank: number, needs: Candidate['needs'] = []): SharedDemand {
  return { ...NOTHING_WANTED, candidates: [{ task: 'draft', rank, needs }] };
}

describe('the slots of a batch', () => {
  test('a slot goes to the highest-ranked turn, then to the earlier row, and the grant names its previous user', () => {
    const allocator = new SlotAllocator(2, CAPACITIES);
    allocator.ready(1);
    allocator.ready(2);
    allocator.report(1, new Set(), wants(5));
    allocator.report(2, new Set(), wants(5));
    allocator.report(3, new Set(), wants(9));
    expect(allocator.next()).toMatchObject({ row: 3, slot: 1, from: null });
    expect(allocator.next()).toMatchObject({ row: 1, slot: 2, from: null });
    expect(allocator.next()).toBeNull();
    allocator.used(1, 3, 'draft');
    allocator.report(3, new Set(), NOTHING_WANTED);
    expect(allocator.next()).toMatchObject({ row: 2, slot: 1, from: { row: 3, task: 'draft' } });
  });

  test('a grant of a slot that was idle names no previous user', () => {
    const allocator = new SlotAllocator(1, CAPACITIES);
    allocator.ready(1);
    allocator.report(1, new Set(), wants(1));
    allocator.next();
    allocator.used(1, 1, 'draft');
    allocator.report(1, new Set(), NOTHING_WANTED);
    expect(allocator.next()).toBeNull();
    allocator.report(2, new Set(), wants(1));
    expect(allocator.next()).toMatchObject({ row: 2, slot: 1, from: null });
  });

  test('a turn without its pool units does not block lower ranks, and rows receive only relevant changes of free units', () => {
    const allocator = new SlotAllocator(2, CAPACITIES);
    allocator.ready(1);
    allocator.ready(2);
    const seat = [{ pool: 'seat', units: 1 }];
    allocator.report(1, new Set(), wants(5, seat));
    allocator.report(2, new Set(), wants(9, seat));
    allocator.report(3, new Set(), wants(1));
    expect(allocator.next()).toMatchObject({ row: 2, slot: 1 });
    expect(allocator.next()).toMatchObject({ row: 3, slot: 2 });
    expect(allocator.next()).toBeNull();
    expect(allocator.changedRooms()).toEqual([{ row: 1, rooms: [{ pool: 'seat', free: 0 }] }]);
    expect(allocator.changedRooms()).toEqual([]);
    allocator.report(2, new Set(), NOTHING_WANTED);
    expect(allocator.next()).toMatchObject({ row: 1, slot: 1 });
  });

  test('units are leased first come, first served over all rows, before new turns start', () => {
    const allocator = new SlotAllocator(2, CAPACITIES);
    allocator.ready(1);
    const seat = [{ pool: 'seat', units: 1 }];
    const asks = (id: string) => ({ ...NOTHING_WANTED, leases: [{ id, pool: 'seat' }] });
    allocator.report(3, new Set(), { ...NOTHING_WANTED, has: seat });
    allocator.report(2, new Set(), asks('lease-7'));
    allocator.report(1, new Set(), asks('lease-9'));
    allocator.report(4, new Set(), wants(9, seat));
    expect(allocator.next()).toBeNull();
    allocator.report(3, new Set(), NOTHING_WANTED);
    expect(allocator.next()).toEqual({ kind: 'lease', row: 2, id: 'lease-7' });
    allocator.report(2, new Set(), { ...NOTHING_WANTED, has: seat });
    expect(allocator.next()).toBeNull();
    allocator.forget(2);
    expect(allocator.next()).toEqual({ kind: 'lease', row: 1, id: 'lease-9' });
    expect(allocator.next()).toBeNull();
  });

  test('a row’s slot and units become free after a turn, and its next turn must request them again', () => {
    const db = [{ pool: 'db', units: 2 }];
    const council = makeCrew({
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
    expect(scheduler.sharing(t).candidates).toMatchObject([{ turn: 'propose:ada', needs: db }]);
    say({ type: 'slot.ready', slot: 1, where: 'local:1', ms: 0 });
    say({ type: 'slot.granted', slot: 1, for: { task: 'draft', turn: 'propose:ada' } });
    say({ type: 'attempt.started', ...proposal, slot: 1, agent: 'ada' });
    say({ type: 'attempt.ended', ...proposal, result: 'ok' });
    expect(scheduler.sharing(t)).toMatchObject({ has: db, candidates: [{ turn: 'propose:eve', needs: [] }] });
    say({ type: 'run.resumed', wall_ms: 0, versions: {}, batch_ms: 9 });
    expect(scheduler.sharing(t)).toMatchObject({ has: [], candidates: [{ turn: 'propose:eve', needs: db }] });
  });
});
