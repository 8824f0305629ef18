/** A part of the timeline that could not be drawn, and why. */
export interface PaintFailure {
  /** The label of the track or curve, or the name of another part. */
  part: string;
  error: unknown;
}

/** Draws a part of a frame. If it throws, reports the part and leaves the rest of the frame as it is. */
export type PaintPart = (part: string, draw: () => void) => void;

/** Draws with the context's state saved. Restores it also if `draw` throws, so that later parts are not clipped. */
export function withSavedState(ctx: CanvasRenderingContext2D, draw: () => void): void {
  ctx.save();
  try {
    draw();
  } finally {
    ctx.restore();
  }
}

/** Draws each part on its own: one that throws is skipped and reported. */
export function paintPartsOn(ctx: CanvasRenderingContext2D, report: (failure: PaintFailure) => void): PaintPart {
  return (part, draw) => {
    try {
      withSavedState(ctx, draw);
    } catch (error) {
      report({ part, error });
    }
  };
}
