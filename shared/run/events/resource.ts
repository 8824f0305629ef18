import { z } from 'zod';
import type { LeaseState, ResourceState } from '../resource-state.ts';
import type { RunState } from '../state.ts';
import { eventKind } from './kind.ts';
import { eventSchema, ofAttempt } from './shapes.ts';

/** The capacity of a pool that is neither declared nor created by a tool. */
const UNDECLARED_CAPACITY = 1;

/** Events of shared resources: pools, and the leases that tools take. */
export const RESOURCE_EVENTS = {
  /**
   * The number of units that are free over all rows of the batch, of a declared pool or of the turns that an agent may
   * run at once. Written for rows that wait for units, whenever the change matters to them.
   */
  'pool.room': eventKind(eventSchema('pool.room', { pool: z.string(), free: z.int().nonnegative() }), {
    fold: ({ rooms }, { t, pool, free }) => {
      const steps = rooms.get(pool);
      if (steps) steps.push({ t, free });
      else rooms.set(pool, [{ t, free }]);
    },
    describe: ({ pool, free }) => `${pool}: ${free} free over all rows`,
  }),
  /** An agent created a pool with the tool `shared_resource_pool`. The pools of the crew file exist from the start. */
  'resource.created': eventKind(
    eventSchema('resource.created', { ...ofAttempt, resource: z.string(), capacity: z.int().positive() }),
    {
      fold: (run, { resource, capacity }) => {
        resourceState(run, resource).capacity = capacity;
      },
      describe: ({ resource, capacity }) => `${resource}, ${capacity} units`,
      schedule: (state, { resource, capacity }) => state.pools.setResource(resource, capacity),
    },
  ),
  /** An agent waits for a unit of a pool. */
  'resource.requested': eventKind(
    eventSchema('resource.requested', { ...ofAttempt, id: z.string(), resource: z.string(), holder: z.string() }),
    {
      fold: (run, event) => {
        resourceState(run, event.resource).leases.push({
          id: event.id,
          resource: event.resource,
          task: event.task,
          attempt: event.attempt,
          turn: event.turn ?? null,
          holder: event.holder,
          requestedAt: event.t,
          acquiredAt: null,
          releasedAt: null,
          timedOut: false,
          reclaimed: false,
        });
      },
      describe: ({ resource, holder }) => `${resource} by ${holder}`,
      schedule: (state, event) => state.leases.requested(requestOf(event)),
    },
  ),
  /** An agent has a lease of one unit. */
  'resource.acquired': eventKind(
    eventSchema('resource.acquired', { ...ofAttempt, id: z.string(), resource: z.string(), holder: z.string() }),
    {
      fold: (run, event) => {
        const lease = leaseOf(run, event);
        if (lease) lease.acquiredAt = event.t;
      },
      describe: ({ resource, holder }) => `${resource} by ${holder}`,
      schedule: (state, event) => state.leases.acquired(requestOf(event)),
    },
  ),
  /** A lease ended. */
  'resource.released': eventKind(
    eventSchema('resource.released', {
      ...ofAttempt,
      resource: z.string(),
      holder: z.string(),
      /** The attempt ended while it had the lease. */
      reclaimed: z.literal(true).optional(),
    }),
    {
      fold: (run, event) => {
        const lease = resourceState(run, event.resource).leases.findLast(
          (candidate) =>
            candidate.task === event.task &&
            candidate.attempt === event.attempt &&
            candidate.turn === (event.turn ?? null) &&
            candidate.holder === event.holder &&
            candidate.acquiredAt !== null &&
            candidate.releasedAt === null,
        );
        if (!lease) return;
        lease.releasedAt = event.t;
        lease.reclaimed = event.reclaimed ?? false;
      },
      describe: ({ resource, holder }) => `${resource} by ${holder}`,
      schedule: (state, event) => state.leases.released(event, event.resource, event.holder),
    },
  ),
  /** An agent stopped waiting for a unit. */
  'resource.timed_out': eventKind(
    eventSchema('resource.timed_out', { ...ofAttempt, id: z.string(), resource: z.string(), holder: z.string() }),
    {
      fold: (run, event) => {
        const lease = leaseOf(run, event);
        if (!lease) return;
        lease.timedOut = true;
        lease.releasedAt = event.t;
      },
      describe: ({ resource, holder }) => `${resource} by ${holder}`,
      schedule: (state, event) => state.leases.timedOut(requestOf(event)),
    },
  ),
};

interface Request {
  task: string;
  attempt: number;
  turn?: string | undefined;
  id: string;
  resource: string;
  holder: string;
}

/** A request as the scheduler's queues know it. */
function requestOf({ task, attempt, turn, id, resource, holder }: Request) {
  return { task, attempt, ...(turn === undefined ? {} : { turn }), id, resource, holder };
}

/** The lease that an event names. */
function leaseOf(run: RunState, { resource, id }: Request): LeaseState | undefined {
  return resourceState(run, resource).leases.findLast((candidate) => candidate.id === id);
}

function resourceState(run: RunState, name: string): ResourceState {
  const known = run.resources.get(name);
  if (known) return known;
  const resource: ResourceState = { name, capacity: UNDECLARED_CAPACITY, declared: false, leases: [] };
  run.resources.set(name, resource);
  return resource;
}
