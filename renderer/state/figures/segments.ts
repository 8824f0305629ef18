import type { TaskSegment } from '../../../shared/run/waits.ts';

/** The segments of each task, by name. */
export type SegmentsByTask = ReadonlyMap<string, readonly TaskSegment[]>;

/**
 * The difference between the segments at two moments: per changed task, the number of unchanged leading segments and
 * all segments after them. A task that waits repeatedly has many segments.
 */
export type ChangedSegments = readonly (readonly [task: string, from: number, pieces: readonly TaskSegment[]])[];

/** The update that turns the segments at `then` into `fresh`, the segments at `now`. Times are run time. */
export function changesOf(known: SegmentsByTask, then: number, fresh: SegmentsByTask, now: number): ChangedSegments {
  return [...fresh].flatMap(([task, pieces]): ChangedSegments => {
    const before = known.get(task);
    if (before === undefined) return [[task, 0, pieces]];
    const lasted = lasting(before, then, now);
    const from = sameUntil(lasted, pieces);
    return from === lasted.length && from === pieces.length ? [] : [[task, from, pieces.slice(from)]];
  });
}

/** The segments at `now`, from those at `then` and the update. */
export function withChanges(
  known: SegmentsByTask,
  then: number,
  changed: ChangedSegments,
  now: number,
): SegmentsByTask {
  const grown = new Map<string, readonly TaskSegment[]>();
  for (const [task, pieces] of known) grown.set(task, lasting(pieces, then, now));
  for (const [task, from, pieces] of changed) grown.set(task, [...(grown.get(task) ?? []).slice(0, from), ...pieces]);
  return grown;
}

/**
 * The segments at `now` if nothing happened: segments that ended at `then` end at `now`. This holds for most tasks of a
 * large crew.
 */
function lasting(pieces: readonly TaskSegment[], then: number, now: number): readonly TaskSegment[] {
  const last = pieces.at(-1);
  return last?.end === then ? [...pieces.slice(0, -1), { ...last, end: now }] : pieces;
}

/** The number of equal leading segments. */
function sameUntil(some: readonly TaskSegment[], others: readonly TaskSegment[]): number {
  const differs = some.findIndex((piece, at) => !isSamePiece(piece, others[at]));
  return differs < 0 ? some.length : differs;
}

function isSamePiece(one: TaskSegment, other: TaskSegment | undefined): boolean {
  if (one.start !== other?.start || one.end !== other.end) return false;
  if (one.kind !== 'waiting' || other.kind !== 'waiting') return one.kind === other.kind;
  return one.reason === other.reason && one.blocker === other.blocker && one.after === other.after;
}
