import type { ResourceState } from '../../../shared/run/state.ts';

/**
 * How many milliseconds of its queue each task would have been spared with one more unit: the leases that tools took,
 * replayed first come first served, each held as long as it was. Units declared by tasks are left to the simulator.
 */
export function waitSavedByOneMoreUnit({ leases, capacity }: ResourceState): Map<string, number> {
  const taken = leases.filter((lease) => lease.acquiredAt !== null).sort((a, b) => a.requestedAt - b.requestedAt);
  const freeAt: number[] = Array.from({ length: capacity + 1 }, () => 0);
  const saved = new Map<string, number>();
  for (const { task, requestedAt, acquiredAt, releasedAt } of taken) {
    if (acquiredAt === null) continue;
    const unit = freeAt.indexOf(freeAt.reduce((least, t) => Math.min(least, t), Number.POSITIVE_INFINITY));
    const got = Math.min(acquiredAt, Math.max(requestedAt, freeAt[unit] ?? 0));
    freeAt[unit] = got + ((releasedAt ?? acquiredAt) - acquiredAt);
    saved.set(task, (saved.get(task) ?? 0) + acquiredAt - got);
  }
  return saved;
}
