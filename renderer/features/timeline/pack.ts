/** Something that takes a stretch of a row. */
interface Piece {
  start: number;
  end: number;
  turn: object | null;
}

/**
 * Puts pieces into as few rows as the order of their starts allows, so that none overlap in a row. Turns go first: where
 * a running one stands does not change when another task is added, and pieces that are only expected fill what is left.
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

/** Of a turn that runs on nobody knows the end: it gives way to what is expected later. */
function knownEnd(row: readonly Piece[], end: number): number {
  return end === Number.POSITIVE_INFINITY ? (row.at(-1)?.start ?? 0) + 1 : end;
}
