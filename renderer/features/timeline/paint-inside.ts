import type { OpenInterval } from '../../../shared/run/open-interval.ts';
import type { Bar } from './bars.ts';
import { BAR_INSET, GUTTER, ROW } from './metrics.ts';
import { xOf } from './scale.ts';
import type { Scene } from './scene.ts';
import { truncateToWidth } from './text.ts';

/** The minimum width in pixels of a bar that shows its calls. */
const MIN_WIDTH = 280;
const STRIP = 3;
const NESTED_HEIGHT = ROW - 2 * BAR_INSET - STRIP - 3;

/**
 * Draws the calls inside a turn if the bar is wide enough: model calls (light) and tool calls (dark) along its lower
 * edge.
 */
export function paintInside(ctx: CanvasRenderingContext2D, scene: Scene, bar: Bar, top: number, height: number): void {
  const width = xOf(scene.scale, bar.end ?? scene.now) - xOf(scene.scale, bar.start);
  if (width < MIN_WIDTH) return;
  const strip = (pieces: readonly OpenInterval[], y: number, color: string): void => {
    ctx.fillStyle = color;
    for (const { start, end } of pieces) {
      const left = Math.max(GUTTER, GUTTER + xOf(scene.scale, start));
      const right = Math.min(scene.viewport.width, GUTTER + xOf(scene.scale, end ?? scene.now));
      if (right > left) ctx.fillRect(left, y, Math.max(1, right - left - 1), STRIP);
    }
  };
  strip(bar.turn.calls, top + height - STRIP, '#ffffff8c');
  strip(bar.turn.tools, top + height - STRIP, '#00000070');
}

/**
 * Draws the nested conversations of a turn, each as a small bar inside the turn's bar with the name of the agent: `→` a
 * coworker, `✓` a judge.
 * @param from where the turn's own label ends; the names are to the right of it
 */
export function paintNested(ctx: CanvasRenderingContext2D, scene: Scene, bar: Bar, top: number, from: number): void {
  const { scale, palette, viewport } = scene;
  if (xOf(scale, bar.end ?? scene.now) - xOf(scale, bar.start) < MIN_WIDTH) return;
  ctx.font = `10px ${palette.font}`;
  for (const { start, end, to, judges } of bar.turn.delegations) {
    const left = Math.max(GUTTER, GUTTER + xOf(scale, start));
    const right = Math.min(viewport.width, GUTTER + xOf(scale, end ?? scene.now)) - 1;
    if (right - left < 2) continue;
    ctx.fillStyle = '#00000038';
    ctx.beginPath();
    ctx.roundRect(left, top + 2, right - left, NESTED_HEIGHT, 3);
    ctx.fill();
    const at = Math.max(left + 5, from + 8);
    ctx.fillStyle = palette.onState;
    ctx.fillText(
      truncateToWidth(ctx, `${judges === null ? '→' : '✓'} ${to}`, right - at - 3),
      at,
      top + 2 + NESTED_HEIGHT / 2 + 0.5,
    );
  }
}
