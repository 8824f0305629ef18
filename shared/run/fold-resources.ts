import type { EventOf } from './events.ts';
import type { ResourceState, RunState } from './state.ts';

type ResourceEvent = EventOf<
  'resource.created' | 'resource.requested' | 'resource.acquired' | 'resource.released' | 'resource.timed_out'
>;

/** A resource that is neither declared nor created has room for one, as in the seed. */
const UNDECLARED_CAPACITY = 1;

/** Takes what happened to a shared resource into the run. */
export function applyResourceEvent(run: RunState, event: ResourceEvent): void {
  const resource = resourceState(run, event.resource);
  switch (event.type) {
    case 'resource.created':
      resource.capacity = event.capacity;
      return;
    case 'resource.requested':
      resource.leases.push({
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
      return;
    case 'resource.acquired': {
      const lease = resource.leases.findLast((candidate) => candidate.id === event.id);
      if (lease) lease.acquiredAt = event.t;
      return;
    }
    case 'resource.timed_out': {
      const lease = resource.leases.findLast((candidate) => candidate.id === event.id);
      if (lease) {
        lease.timedOut = true;
        lease.releasedAt = event.t;
      }
      return;
    }
    case 'resource.released': {
      const lease = resource.leases.findLast(
        (candidate) =>
          candidate.task === event.task &&
          candidate.attempt === event.attempt &&
          candidate.turn === (event.turn ?? null) &&
          candidate.holder === event.holder &&
          candidate.acquiredAt !== null &&
          candidate.releasedAt === null,
      );
      if (lease) {
        lease.releasedAt = event.t;
        lease.reclaimed = event.reclaimed ?? false;
      }
      return;
    }
    default:
      event satisfies never;
  }
}

function resourceState(run: RunState, name: string): ResourceState {
  const known = run.resources.get(name);
  if (known) return known;
  const resource: ResourceState = { name, capacity: UNDECLARED_CAPACITY, declared: false, leases: [] };
  run.resources.set(name, resource);
  return resource;
}
