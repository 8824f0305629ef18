/** A lease of a tool, and the wait before it. */
export interface LeaseState {
  id: string;
  resource: string;
  task: string;
  attempt: number;
  turn: string | null;
  holder: string;
  requestedAt: number;
  acquiredAt: number | null;
  releasedAt: number | null;
  timedOut: boolean;
  reclaimed: boolean;
}

/** A pool or another limited resource, with all its leases. */
export interface ResourceState {
  name: string;
  capacity: number;
  /** Whether the crew file declares the pool, rather than a tool created or used it first. */
  declared: boolean;
  leases: LeaseState[];
}

/** In a batch: the number of free units of a pool over all rows, from `t` on; null if the other rows are unknown. */
export interface RoomStep {
  t: number;
  free: number | null;
}
