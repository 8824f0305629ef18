import { panBy, type Scale, scaleFor, zoomAt } from './scale.ts';

/**
 * The visible part of the run. With `follow`, the whole run is fitted or, after a person zoomed, the current time stays
 * visible at that zoom.
 */
export interface Camera {
  scale: Scale;
  follow: boolean;
  zoomed: boolean;
}

/** The minimum time span when fitting, so that the first moments of a run are not stretched across the window. */
const MIN_SPAN_MS = 1000;
const END_MARGIN = 1.04;
/** The position of the current time, as a share of the width, while following at a custom zoom. */
const NOW_POSITION = 0.8;

export const START: Camera = { scale: { from: 0, msPerPx: 10 }, follow: true, zoomed: false };

/** The camera of a frame. `now` and `end` (the latest known or predicted time) are in run time, `width` in pixels. */
export function cameraAtFrame(camera: Camera, now: number, end: number, width: number): Camera {
  if (!camera.follow || width <= 0) return camera;
  if (!camera.zoomed) return { ...camera, scale: scaleFor(0, Math.max(MIN_SPAN_MS, now, end) * END_MARGIN, width) };
  const { msPerPx } = camera.scale;
  const from = Math.max(0, now - NOW_POSITION * width * msPerPx);
  return { ...camera, scale: { from, msPerPx } };
}

/** Zooms. Keeps following at the new zoom if the current time is visible. */
export function zoomed(camera: Camera, x: number, factor: number): Camera {
  return { ...camera, scale: zoomAt(camera.scale, x, factor), follow: false, zoomed: true };
}

/** Pans by `dx` pixels and stops following. */
export function panned(camera: Camera, dx: number): Camera {
  return { ...camera, scale: panBy(camera.scale, dx), follow: false };
}

/** Shows the time from `from` to `to`, with a margin of a tenth on both sides, and stops following. */
export function focused(camera: Camera, from: number, to: number, width: number): Camera {
  const room = Math.max(1, (to - from) * 0.1);
  return { ...camera, scale: scaleFor(from - room, to + room, width), follow: false, zoomed: true };
}

/** Follows again: at the current zoom while a run is in progress, else the whole run. */
export function following(camera: Camera, live: boolean): Camera {
  return { ...camera, follow: true, zoomed: live && camera.zoomed };
}

/** Fits the whole run and follows it. */
export function whole(camera: Camera): Camera {
  return { ...camera, follow: true, zoomed: false };
}
