import { describe, expect, test } from 'vitest';
import { cameraAtFrame, following, panned, START, zoomed } from './camera.ts';
import { panBy, scaleFor, tickLabel, ticks, timeAt, xOf, zoomAt } from './scale.ts';

describe('Time and pixels', () => {
  test('Zooming keeps the time under the pointer in position', () => {
    const scale = { from: 1000, msPerPx: 5 };
    for (const factor of [0.2, 0.9, 1.1, 7]) {
      expect(timeAt(zoomAt(scale, 320, factor), 320)).toBeCloseTo(timeAt(scale, 320));
    }
  });

  test('Zooming stops at a hundredth of a millisecond and at an hour per pixel', () => {
    const scale = { from: 0, msPerPx: 1 };
    expect(zoomAt(scale, 0, 1e12).msPerPx).toBe(0.01);
    expect(zoomAt(scale, 0, 1e-12).msPerPx).toBe(3_600_000);
  });

  test('Panning by pixels moves the scale by the corresponding time', () => {
    expect(panBy({ from: 100, msPerPx: 2 }, -30)).toEqual({ from: 40, msPerPx: 2 });
  });

  test('A fitted range fills the width', () => {
    const scale = scaleFor(2000, 12_000, 500);
    expect(xOf(scale, 2000)).toBe(0);
    expect(xOf(scale, 12_000)).toBe(500);
  });
});

describe('The ruler', () => {
  test('The ruler has ticks at least 72 pixels apart and none before the start', () => {
    for (const msPerPx of [0.02, 0.7, 3, 14, 400, 90_000]) {
      const found = ticks({ from: -500, msPerPx }, 1000);
      expect(found[0]?.t ?? 0).toBeGreaterThanOrEqual(0);
      found.slice(1).forEach(({ t }, at) => {
        expect((t - (found[at]?.t ?? 0)) / msPerPx).toBeGreaterThanOrEqual(71.9);
      });
    }
  });

  test.each([
    [0, 1000, '0 s'],
    [250, 50, '250 ms'],
    [1500, 500, '1.5 s'],
    [4000, 1000, '4 s'],
    [150_000, 30_000, '2:30'],
    [3_900_000, 300_000, '1:05:00'],
  ])('The ruler labels %i ms in steps of %i as %s', (t, step, label) => {
    expect(tickLabel(t, step)).toBe(label);
  });
});

describe('The camera', () => {
  test('The camera follows a run by fitting all of it, including predictions', () => {
    const camera = cameraAtFrame(START, 3000, 10_000, 1000);
    expect(camera.scale.from).toBe(0);
    expect(xOf(camera.scale, 10_000)).toBeLessThanOrEqual(1000);
    expect(xOf(camera.scale, 10_000)).toBeGreaterThan(900);
  });

  test('The camera stays at the position that a person panned to', () => {
    const camera = panned(cameraAtFrame(START, 3000, 10_000, 1000), 50);
    expect(cameraAtFrame(camera, 9000, 20_000, 1000)).toBe(camera);
  });

  test('The camera follows the current time at the zoom that a person chose, after Follow is turned on again', () => {
    const near = following(zoomed(cameraAtFrame(START, 3000, 10_000, 1000), 400, 8), true);
    const camera = cameraAtFrame(near, 60_000, 60_000, 1000);
    expect(camera.scale.msPerPx).toBe(near.scale.msPerPx);
    expect(xOf(camera.scale, 60_000)).toBeCloseTo(800);
  });
});
