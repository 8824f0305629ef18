import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crewSchema } from '../../../../shared/crew/schema.ts';
import { nodePositions } from '../../../state/canvas/node-positions.ts';
import type { Point } from '../../../state/canvas/sizes.ts';
import { litPath, NOT_DRAGGED, partsOf, pathOf, touches } from './edge-paths.ts';

const COUNT = 600;
const task = (at: number, context: number[]) => ({
  name: `t${at}`,
  description: '',
  expected_output: '',
  context: context.map((before) => `t${before}`),
});

/** Creates tasks, each of which depends on some of the tasks before it. */
const crews = fc.array(fc.nat(), { minLength: COUNT, maxLength: COUNT }).map((before) =>
  crewSchema.parse({
    format: 'crewlane/1',
    name: 'large',
    tasks: before.map((one, at) => task(at, at === 0 ? [] : [one % at])),
  }),
);

describe('The edges of the overview', () => {
  it('The edges of the overview are those of all tasks, although only the paths that a dragged node touches are built again', () => {
    const anywhere = fc.tuple(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: -5000, max: 5000 }));
    fc.assert(
      fc.property(
        crews,
        fc.dictionary(
          fc.nat(COUNT - 1).map((at) => `task:t${at}`),
          anywhere,
        ),
        (crew, moved) => {
          const positions = nodePositions(crew);
          const dragged = new Map<string, Point>(Object.entries(moved));
          const inParts = partsOf(crew.tasks).map((part) =>
            pathOf(part, positions, touches(part, dragged) ? dragged : NOT_DRAGGED),
          );
          expect(inParts.join('')).toBe(pathOf(crew.tasks, new Map([...positions, ...dragged]), NOT_DRAGGED));
        },
      ),
      { numRuns: 20 },
    );
  });

  it('The edges of the overview highlight the links of the critical path that are dependencies', () => {
    // t0 → t1; t2 is independent
    const crew = crewSchema.parse({
      format: 'crewlane/1',
      name: 'small',
      tasks: [task(0, []), task(1, [0]), task(2, [])],
    });
    const positions = nodePositions(crew);
    const step = pathOf(crew.tasks, positions, NOT_DRAGGED);
    expect(litPath(crew, ['t0', 't1', 't2'], positions, NOT_DRAGGED)).toBe(step);
  });
});
