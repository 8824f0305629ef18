import { expect, test } from 'vitest';
import { type Crew, crewSchema } from '../../crew/schema.ts';
import type { ResourceState } from '../../run/resource-state.ts';
import type { TurnKey } from '../../slot/turn-key.ts';
import { Leases, type LeaseView } from './leases.ts';

const CREW: Crew = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  agents: [{ name: 'ada', role: 'Writer', goal: 'Write' }],
  pools: [{ name: 'db', capacity: 2 }],
  tasks: [
    { name: 'one', description: 'Write', expected_output: 'A text', agent: 'ada' },
    {
      ...{ name: 'two', description: 'Write', expected_output: 'A text', agent: 'ada' },
      resources: [{ pool: 'db', units: 2 }],
    },
  ],
});
const ONE: TurnKey = { run: 'run-1', task: 'one', attempt: 1, turn: null };
const TWO: TurnKey = { ...ONE, task: 'two' };
const DB: ResourceState = { name: 'db', capacity: 2, declared: true, leases: [] };

const viewOf = (more: Partial<LeaseView> = {}): LeaseView => ({
  resources: new Map([['db', DB]]),
  turns: [],
  shared: null,
  wouldDeadlock: () => false,
  ...more,
});
const call = (action: string, more: object = {}, key = ONE, id = 'request-1') => ({
  ...{ key, id, agent: 'ada' },
  arguments: { action, ...more },
});
const acquire = (more: object = {}) => call('acquire_resource', { resource_id: 'db', ...more });

test('a request waits, is granted a lease, and acquiring the resource again only counts', () => {
  const leases = new Leases(CREW, 7);
  const asked = leases.handle(acquire(), viewOf(), 0);
  expect(asked).toMatchObject({ draft: { type: 'resource.requested', id: 'lease-8', holder: 'ada' }, answer: null });
  expect(leases.grant('lease-8')).toMatchObject({ type: 'resource.acquired', task: 'one', id: 'lease-8' });
  expect(leases.acquired('lease-8')).toMatchObject({ request: 'request-1', answer: { ok: true } });
  expect(leases.acquired('lease-8')).toBeNull();
  expect(leases.handle(acquire(), viewOf(), 1)).toMatchObject({ draft: null, answer: { ok: true } });
  const release = call('release_resource', { resource_id: 'db' });
  expect(leases.handle(release, viewOf(), 2)).toMatchObject({ draft: null, answer: { ok: true } });
  expect(leases.handle(release, viewOf(), 3)).toMatchObject({ draft: { type: 'resource.released' } });
  expect(leases.handle(release, viewOf(), 4)).toMatchObject({ draft: null, answer: { ok: false } });
});

test('a wait ends at its timeout, and the next timeout is the wake time', () => {
  const leases = new Leases(CREW, 0);
  leases.handle(acquire({ timeout: 2 }), viewOf(), 1000);
  leases.handle({ ...acquire({ timeout: '1' }), id: 'request-2' }, viewOf(), 1000);
  expect(leases.wakeAt()).toBe(2000);
  expect(leases.expired(1999)).toEqual([]);
  expect(leases.expired(2000)).toMatchObject([{ type: 'resource.timed_out', id: 'lease-2' }]);
  expect(leases.timedOut('lease-2')).toMatchObject({ request: 'request-2', answer: { ok: false } });
  expect(leases.wakeAt()).toBe(3000);
});

test('the end of a turn ends its waits and leases, and no others', () => {
  const leases = new Leases(CREW, 0);
  leases.handle(acquire(), viewOf(), 0);
  leases.acquired('lease-1');
  leases.handle(call('acquire_resource', { resource_id: 'net' }), viewOf(), 0);
  leases.handle(call('acquire_resource', { resource_id: 'net' }, TWO), viewOf(), 0);
  expect(leases.waitsOf(ONE)).toMatchObject([{ id: 'lease-2', resource: 'net', task: 'one' }]);
  expect(leases.reclaim(ONE)).toMatchObject([{ type: 'resource.released', resource: 'db', reclaimed: true }]);
  expect(leases.reclaim(ONE)).toEqual([]);
  expect(leases.waitsOf(TWO)).toHaveLength(1);
});

test('a request whose slot no longer waits is withdrawn', () => {
  const leases = new Leases(CREW, 0);
  leases.handle(acquire(), viewOf(), 0);
  expect(leases.withdrawn(ONE, 'request-2')).toEqual([]);
  expect(leases.withdrawn(TWO, 'request-1')).toEqual([]);
  expect(leases.withdrawn(ONE, 'request-1')).toMatchObject([{ id: 'lease-1' }]);
});

test('a wait that would cause a deadlock is refused, and declared units need no lease', () => {
  const leases = new Leases(CREW, 0);
  const refused = leases.handle(acquire(), viewOf({ wouldDeadlock: () => true }), 0);
  expect(refused).toMatchObject({ draft: null, answer: { ok: false, text: expect.stringContaining('deadlock') } });
  const declared = leases.handle(call('acquire_resource', { resource_id: 'db' }, TWO), viewOf(), 0);
  expect(declared).toMatchObject({ draft: null, answer: { ok: true } });
});

test('the status counts declared units and leases of running turns, or those of all rows of a batch', () => {
  const leases = new Leases(CREW, 0);
  leases.handle(acquire({ agent_id: 'reader' }), viewOf(), 0);
  leases.acquired('lease-1');
  const turns = [
    { key: ONE, agent: 'ada' },
    { key: TWO, agent: 'ada' },
  ];
  const status = (more: Partial<LeaseView>) =>
    JSON.parse(leases.handle(call('get_resource_status'), viewOf({ turns, ...more }), 0).answer?.text ?? '');
  expect(status({}).db).toMatchObject({ active_users: ['reader', 'ada'], available_slots: -1 });
  const shared = { use: () => ({ users: ['bo'], usage: 9, free: 1 }) };
  expect(status({ shared }).db).toMatchObject({ active_users: ['bo'], usage_count: 9, available_slots: 1 });
});

test('a pool of the crew file keeps its capacity, and a new pool is recorded', () => {
  const leases = new Leases(CREW, 0);
  const create = (name: string, capacity: number) =>
    leases.handle(call('create_resource_pool', { pool_config: { name, capacity } }), viewOf(), 0);
  expect(create('db', 3)).toMatchObject({ draft: null, answer: { ok: false } });
  expect(create('db', 2)).toMatchObject({ draft: null, answer: { ok: true } });
  expect(create('net', 3)).toMatchObject({ draft: { type: 'resource.created', capacity: 3 }, answer: { ok: true } });
});

test('unknown actions and arguments are refused with the list of actions', () => {
  const leases = new Leases(CREW, 0);
  for (const given of [call('seize'), { ...call(''), arguments: 'db' }, call('acquire_resource', { units: 2 })])
    expect(leases.handle(given, viewOf(), 0)).toMatchObject({
      draft: null,
      answer: { ok: false, text: expect.stringContaining('get_resource_status') },
    });
});
