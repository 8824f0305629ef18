import { panBy, type Scale, scaleFor, zoomAt } from './scale.ts';

/**
 * Which part of the run is in sight. While `follow` holds, the whole run is fitted in, or, once a person has zoomed, the
 * present stays in sight at that zoom.
 */
export interface Camera {
  scale: Scale;
  follow: boolean;
  zoomed: boolean;
}

/** The least time that is fitted in, so that a run's first moments are not drawn a meter wide. */
const LEAST_SPAN_MS = 1000;
const ROOM_AFTER = 1.04;
/** At this share of the width the present stands while one follows at a zoom of one's own. */
const PRESENT_AT = 0.8;

export const START: Camera = { scale: { from: 0, msPerPx: 10 }, follow: true, zoomed: false };

/** The camera for a frame: `now` and `end` (the farthest that anything reaches) in run time, `width` in pixels. */
export function atFrame(camera: Camera, now: number, end: number, width: number): Camera {
  if (!camera.follow || width <= 0) return camera;
  if (!camera.zoomed) return { ...camera, scale: scaleFor(0, Math.max(LEAST_SPAN_MS, now, end) * ROOM_AFTER, width) };
  const { msPerPx } = camera.scale;
  const from = Math.max(0, now - PRESENT_AT * width * msPerPx);
  return { ...camera, scale: { from, msPerPx } };
}

/** Zooming keeps following while the present is what one looks at; the camera then goes on at that zoom. */
export function zoomed(camera: Camera, x: number, factor: number): Camera {
  return { ...camera, scale: zoomAt(camera.scale, x, factor), follow: false, zoomed: true };
}

export function panned(camera: Camera, dx: number): Camera {
  return { ...camera, scale: panBy(camera.scale, dx), follow: false };
}

export function focused(camera: Camera, from: number, to: number, width: number): Camera {
  const room = Math.max(1, (to - from) * 0.1);
  return { ...camera, scale: scaleFor(from - room, to + room, width), follow: false, zoomed: true };
}

/** Follows again: from the zoom that one has while a run goes on, else the whole run. */
export function following(camera: Camera, live: boolean): Camera {
  return { ...camera, follow: true, zoomed: live && camera.zoomed };
}

export function whole(camera: Camera): Camera {
  return { ...camera, follow: true, zoomed: false };
}
