import type { Stretch } from '../../shared/run/state.ts';
import type { Bar } from './bars.ts';
import { GUTTER } from './metrics.ts';
import { xOf } from './scale.ts';
import type { Scene } from './scene.ts';

/** Pixels that a bar is wide before its calls are shown. */
const LEAST_WIDTH = 280;
const STRIP = 3;

/**
 * What happened inside a turn, when it is drawn wide enough: along its lower edge model calls (light) and tool calls
 * (dark), along its upper edge what it delegated.
 */
export function paintInside(ctx: CanvasRenderingContext2D, scene: Scene, bar: Bar, top: number, height: number): void {
  const width = xOf(scene.scale, bar.end ?? scene.now) - xOf(scene.scale, bar.start);
  if (width < LEAST_WIDTH) return;
  const strip = (pieces: readonly Stretch[], y: number, colour: string): void => {
    ctx.fillStyle = colour;
    for (const { start, end } of pieces) {
      const left = Math.max(GUTTER, GUTTER + xOf(scene.scale, start));
      const right = Math.min(scene.viewport.width, GUTTER + xOf(scene.scale, end ?? scene.now));
      if (right > left) ctx.fillRect(left, y, Math.max(1, right - left - 1), STRIP);
    }
  };
  strip(bar.turn.calls, top + height - STRIP, '#ffffff8c');
  strip(bar.turn.tools, top + height - STRIP, '#00000070');
  strip(bar.turn.delegations, top, '#ffffff80');
}
