import type { TaskSegment } from '../../../shared/run/waits.ts';

/** Each task's time, by name. */
export type Stretches = ReadonlyMap<string, readonly TaskSegment[]>;

/**
 * Tasks whose time at a later moment is another than what `lasting` makes of the one before: the pieces from the first one
 * that differs, and how many stand before it. A task that is held up again and again has many.
 */
export type ChangedStretches = readonly (readonly [task: string, from: number, pieces: readonly TaskSegment[]])[];

/** What has to be said of `fresh`, the stretches at `now`, to who knows those of `then`. Run time. */
export function changesOf(known: Stretches, then: number, fresh: Stretches, now: number): ChangedStretches {
  return [...fresh].flatMap(([task, pieces]): ChangedStretches => {
    const before = known.get(task);
    if (before === undefined) return [[task, 0, pieces]];
    const lasted = lasting(before, then, now);
    const from = sameUntil(lasted, pieces);
    return from === lasted.length && from === pieces.length ? [] : [[task, from, pieces.slice(from)]];
  });
}

/** The stretches at `now`, of those at `then` and what has changed since. */
export function withChanges(known: Stretches, then: number, changed: ChangedStretches, now: number): Stretches {
  const grown = new Map<string, readonly TaskSegment[]>();
  for (const [task, pieces] of known) grown.set(task, lasting(pieces, then, now));
  for (const [task, from, pieces] of changed) grown.set(task, [...(grown.get(task) ?? []).slice(0, from), ...pieces]);
  return grown;
}

/** As they are where nothing happens: what reached to `then` reaches to `now`. Most tasks of a large crew only wait on. */
function lasting(pieces: readonly TaskSegment[], then: number, now: number): readonly TaskSegment[] {
  const last = pieces.at(-1);
  return last?.end === then ? [...pieces.slice(0, -1), { ...last, end: now }] : pieces;
}

/** How many pieces at the beginning of both are the same. */
function sameUntil(some: readonly TaskSegment[], others: readonly TaskSegment[]): number {
  const differs = some.findIndex((piece, at) => !isSamePiece(piece, others[at]));
  return differs < 0 ? some.length : differs;
}

function isSamePiece(one: TaskSegment, other: TaskSegment | undefined): boolean {
  if (one.start !== other?.start || one.end !== other.end) return false;
  if (one.kind !== 'waiting' || other.kind !== 'waiting') return one.kind === other.kind;
  return one.reason === other.reason && one.blocker === other.blocker && one.after === other.after;
}
