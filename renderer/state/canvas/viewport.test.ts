import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxOf, overlap, type Point } from './sizes.ts';
import { fittingViewport, keysIn, onCanvas, type Transform, visibleAreaOf } from './viewport.ts';

const coordinate = fc.integer({ min: -20_000, max: 20_000 });
const transforms = fc.tuple(coordinate, coordinate, fc.double({ min: 0.05, max: 2, noNaN: true }));
const SCREEN = { x: 0, y: 0, width: 800, height: 500 };
const positions = fc
  .array(fc.tuple(coordinate, coordinate), { maxLength: 60 })
  .map((points) => new Map(points.map((point, at): [string, Point] => [`task:t${at}`, point])));

const seenAt = (transform: Transform) => onCanvas(transform, SCREEN);

describe('The visible nodes of a large crew', () => {
  it('The visible nodes of a large crew include every node in the viewport, wherever the viewport is', () => {
    fc.assert(
      fc.property(positions, transforms, (nodes, transform) => {
        const plain = [...nodes].filter(([key, at]) => overlap(boxOf(key, at), seenAt(transform)));
        const inSight = keysIn(nodes, visibleAreaOf(transform, SCREEN.width, SCREEN.height));
        expect(inSight).toEqual(expect.arrayContaining(plain.map(([key]) => key)));
      }),
    );
  });

  it('The visible nodes of a large crew include few nodes outside the viewport', () => {
    fc.assert(
      fc.property(transforms, (transform) => {
        const { width, height } = visibleAreaOf(transform, SCREEN.width, SCREEN.height);
        const seen = seenAt(transform);
        expect(width * height).toBeLessThanOrEqual(3 * seen.width * seen.height);
      }),
    );
  });

  it('The visible nodes of a large crew are the same list while the viewport moves a little', () => {
    const sights = Array.from({ length: 100 }, (_, at) => visibleAreaOf([-at, 0, 1], SCREEN.width, SCREEN.height));
    expect(new Set(sights.map(({ x, width }) => `${x} ${width}`)).size).toBeLessThanOrEqual(3);
  });
});

describe('A crew that is fitted into the canvas', () => {
  const room = { width: 800, height: 500 };
  const shown = (bounds: { x: number; y: number; width: number; height: number }) => {
    const { x, y, zoom } = fittingViewport(bounds, room, 20);
    return { zoom, left: bounds.x * zoom + x, top: bounds.y * zoom + y };
  };

  it('is centered, at no more than its full size', () => {
    expect(shown({ x: 100, y: -50, width: 400, height: 200 })).toEqual({ zoom: 1, left: 200, top: 150 });
    expect(shown({ x: 0, y: 0, width: 950, height: 100 })).toMatchObject({ zoom: 0.8, left: 20 });
  });

  it('is shown from its beginning if its texts would be too small to read', () => {
    expect(shown({ x: -500, y: 0, width: 1520, height: 900 })).toEqual({ zoom: 0.7, left: 20, top: 20 });
  });

  it('is shown as a whole if it is an overview in any case', () => {
    expect(shown({ x: 0, y: 0, width: 7600, height: 4600 })).toEqual({ zoom: 0.1, left: 20, top: 20 });
  });
});
