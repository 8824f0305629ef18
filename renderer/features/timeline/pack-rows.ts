/** An item that occupies an interval of a track. */
interface Piece {
  start: number;
  end: number;
  turn: object | null;
}

/**
 * Packs items into tracks in order of start, as few as that order allows, so that none overlap in a track. Turns go
 * first: the track of a running turn does not change when a task is added, and predictions fill the gaps.
 */
export function packRows<P extends Piece>(pieces: readonly P[]): P[][] {
  const rows: P[][] = [];
  const byStart = (a: P, b: P): number => a.start - b.start;
  const ends: number[] = [];
  for (const piece of pieces.filter(({ turn }) => turn !== null).sort(byStart)) {
    const free = ends.findIndex((end) => end <= piece.start);
    place(rows, free, piece);
    ends[free === -1 ? ends.length : free] = piece.end;
  }
  const known = rows.map((row, at) => knownEnd(row, ends[at] ?? 0));
  for (const piece of pieces.filter(({ turn }) => turn === null).sort(byStart)) {
    const free = known.findIndex((end) => end <= piece.start);
    place(rows, free, piece);
    known[free === -1 ? known.length : free] = Math.max(piece.end, piece.start + 1);
  }
  for (const row of rows) row.sort(byStart);
  return rows;
}

function place<P>(rows: P[][], at: number, piece: P): void {
  const row = rows[at];
  if (row) row.push(piece);
  else rows.push([piece]);
}

/** The end of a running turn is unknown: it occupies its track up to the next prediction. */
function knownEnd(row: readonly Piece[], end: number): number {
  return end === Number.POSITIVE_INFINITY ? (row.at(-1)?.start ?? 0) + 1 : end;
}
