import type { TaskStretch } from '../../shared/run/waits.ts';

/** Each task's time, by name. */
export type Stretches = ReadonlyMap<string, readonly TaskStretch[]>;

/** Tasks whose time at a later moment is another than what `lasting` makes of the one before. */
export type ChangedStretches = readonly (readonly [task: string, pieces: readonly TaskStretch[]])[];

/** What has to be said of `fresh`, the stretches at `now`, to who knows those of `then`. Run time. */
export function changesOf(known: Stretches, then: number, fresh: Stretches, now: number): ChangedStretches {
  return [...fresh].filter(([task, pieces]) => {
    const before = known.get(task);
    return before === undefined || !isSame(lasting(before, then, now), pieces);
  });
}

/** The stretches at `now`, of those at `then` and what has changed since. */
export function withChanges(known: Stretches, then: number, changed: ChangedStretches, now: number): Stretches {
  const grown = new Map<string, readonly TaskStretch[]>();
  for (const [task, pieces] of known) grown.set(task, lasting(pieces, then, now));
  for (const [task, pieces] of changed) grown.set(task, pieces);
  return grown;
}

/** As they are where nothing happens: what reached to `then` reaches to `now`. Most tasks of a large crew only wait on. */
function lasting(pieces: readonly TaskStretch[], then: number, now: number): readonly TaskStretch[] {
  const last = pieces.at(-1);
  return last?.end === then ? [...pieces.slice(0, -1), { ...last, end: now }] : pieces;
}

function isSame(some: readonly TaskStretch[], others: readonly TaskStretch[]): boolean {
  return some.length === others.length && some.every((piece, at) => isSamePiece(piece, others[at]));
}

function isSamePiece(one: TaskStretch, other: TaskStretch | undefined): boolean {
  if (one.start !== other?.start || one.end !== other.end) return false;
  if (one.kind === 'running' || other.kind === 'running') return one.kind === other.kind;
  return one.reason === other.reason && one.blocker === other.blocker && one.after === other.after;
}
