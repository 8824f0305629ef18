import { expect, it } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { newRun } from '../../../shared/run/fold.ts';
import type { Curve } from '../../state/curves/curve.ts';
import { layoutOf, type Track } from './layout.ts';
import { CURVE, ROW, RULER } from './metrics.ts';
import { paint } from './paint.ts';
import type { PaintFailure } from './paint-part.ts';
import type { Palette } from './palette.ts';
import type { Scene } from './scene.ts';

const ERROR = new Error('no such turn');

/** A drawing context that records the texts that are drawn and how many saved states are left. */
function recordingContext() {
  const drawn = { texts: new Set<string>(), depth: 0 };
  const methods: Record<string, (...values: unknown[]) => unknown> = {
    save: () => {
      drawn.depth += 1;
    },
    restore: () => {
      drawn.depth -= 1;
    },
    fillText: (text) => drawn.texts.add(String(text)),
    measureText: (text) => ({ width: 6 * String(text).length }),
  };
  const target: Record<string, unknown> = {};
  const ctx = new Proxy(target, {
    get: (known, name) => known[String(name)] ?? methods[String(name)] ?? (() => undefined),
    set: (known, name, value) => {
      known[String(name)] = value;
      return true;
    },
  });
  return { ctx: ctx as unknown as CanvasRenderingContext2D, drawn }; // Painting uses no other members.
}

const GRAYS = new Proxy({}, { get: () => 'gray' });
/** Every color is `gray`. */
const PALETTE = new Proxy(
  {},
  { get: (_palette, name) => (['bars', 'waits', 'curves', 'marks'].includes(String(name)) ? GRAYS : 'gray') },
) as unknown as Palette; // Painting only reads colors.

/** A track whose bars cannot be read. */
function broken(track: Track): Track {
  return Object.defineProperty({ ...track }, 'bars', {
    get: () => {
      throw ERROR;
    },
  });
}

function scene(curves: readonly Curve[] = []): Scene {
  const crew = crewSchema.parse({ format: 'crewlane/1', name: 'three' });
  const state = newRun(crew);
  state.slotCounts.push({ t: 0, slots: 3 });
  const source = { crew, state, now: 0, live: false, segments: new Map(), critical: new Set<string>(), predicted: {} };
  const layout = layoutOf({ ...source, by: 'slot' });
  return {
    ...{ layout, curves, live: false, dimmed: () => false, chosen: null, span: null, prediction: true },
    ...{ critical: true, now: 0, palette: PALETTE, hover: null, scale: { from: 0, msPerPx: 10 } },
    viewport: {
      ...{ width: 600, height: RULER + 5 * ROW + curves.length * CURVE, curves: curves.length * CURVE },
      ...{ scrollTop: 0, curvesScroll: 0 },
    },
  };
}

function painted(given: Scene) {
  const { ctx, drawn } = recordingContext();
  const failures: PaintFailure[] = [];
  paint(ctx, given, (failure) => failures.push(failure));
  return { ...drawn, failures };
}

it('A track that throws is skipped and reported, and the rest of the frame is drawn', () => {
  const given = scene();
  const rows = given.layout.rows.map((track, at) => (at === 1 ? broken(track) : track));
  const { texts, depth, failures } = painted({ ...given, layout: { ...given.layout, rows } });
  expect(failures).toEqual([{ part: 'slot 2', error: ERROR }]);
  const whole = painted(given);
  expect(whole.failures).toEqual([]);
  expect(texts).toEqual(whole.texts);
  expect([...texts]).toEqual(expect.arrayContaining(['slot 1', 'slot 2', 'slot 3']));
  expect(depth).toBe(0);
});

it('A curve that throws is skipped and reported, and the other curves are drawn', () => {
  const curve = (label: string): Curve => ({
    ...{
      kind: 'memory',
      label,
      value: label,
      steps: [],
      limit: [],
      max: 1,
      note: `note of ${label}`,
      cooldowns: [],
      secondary: null,
    },
  });
  const failing = Object.defineProperty(curve('first'), 'steps', {
    get: () => {
      throw ERROR;
    },
  });
  const { texts, depth, failures } = painted(scene([failing, curve('second')]));
  expect(failures).toEqual([{ part: 'first', error: ERROR }]);
  expect([...texts]).toEqual(expect.arrayContaining(['second', 'note of second', 'note of first']));
  expect(depth).toBe(0);
});
