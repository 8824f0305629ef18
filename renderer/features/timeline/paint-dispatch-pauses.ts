import { PAUSE_TEXT } from './dispatch-pauses.ts';
import { GUTTER, lanesHeight, RULER } from './metrics.ts';
import { xOf } from './scale.ts';
import type { Scene } from './scene.ts';
import { widthOf } from './text.ts';

const TINT = 0.32;

/** Draws, behind the lanes, the intervals in which the engine deliberately started nothing. */
export function paintDispatchPauses(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { layout, scale, viewport, palette, now } = scene;
  for (const { start, end, reason } of layout.dispatchPauses) {
    const from = Math.max(GUTTER, GUTTER + xOf(scale, start));
    const to = Math.min(viewport.width, GUTTER + xOf(scale, end ?? now));
    if (to <= from) continue;
    ctx.globalAlpha = TINT;
    ctx.fillStyle = reason === 'paused' ? palette.waits.paused : palette.waits.person;
    ctx.fillRect(from, RULER, Math.max(1, to - from), lanesHeight(viewport));
    ctx.globalAlpha = 1;
    ctx.font = `11px ${palette.font}`;
    if (widthOf(ctx, PAUSE_TEXT[reason]) + 12 > to - from) continue;
    ctx.fillStyle = palette.muted;
    ctx.fillText(PAUSE_TEXT[reason], from + 6, RULER + lanesHeight(viewport) - 10);
  }
}
