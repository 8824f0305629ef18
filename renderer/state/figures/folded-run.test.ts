import { expect, test } from 'vitest';
import { timelineSvg } from '../../../app/reports/svg/timeline-svg.ts';
import { shownFigures } from '../../../shared/figures/catalogue/catalogue.ts';
import { figuresOf, measuredFigures } from '../../../shared/figures/figures.ts';
import { applyEvent, newRun } from '../../../shared/run/fold.ts';
import type { RerunChoice } from '../../../shared/run/rerun.ts';
import { randomRun } from '../../../shared/run/testing/random-run.ts';
import { type FiguresAnswer, FoldedRun } from './folded-run.ts';
import { type SegmentsByTask, withChanges } from './segments.ts';

/**
 * Runs with all crew processes, failures, crashes, limits, leases, reviews, pauses, changed slots and interruptions.
 */
const SEEDS = Array.from({ length: 40 }, (_, seed) => seed + 1);
/** The number of events between two queries. */
const PARTS = [3, 40];

function measuredOf(answer: FiguresAnswer): Extract<FiguresAnswer, { kind: 'measured' }> {
  if (answer.kind !== 'measured') throw new Error(answer.kind);
  return answer;
}

test.each(PARTS)('The figures and segments queried after every %i events equal those of the reports', (part) => {
  for (const seed of SEEDS) {
    const { crew, events } = randomRun(seed);
    const folded = new FoldedRun(crew);
    const state = newRun(crew);
    let known: SegmentsByTask = new Map();
    let then = 0;
    for (let at = 0; at < events.length; at += part) {
      const fresh = events.slice(at, at + part);
      folded.take(fresh);
      for (const event of fresh) applyEvent(state, event);
      // Slightly after the last event, so that running and waiting times have grown.
      const now = state.t + (at % 3);
      const { figures, changed, seq } = measuredOf(folded.answer({ id: at, kind: 'measure', now }));
      known = withChanges(known, then, changed, now);
      then = now;
      const measured = measuredFigures(state, { now });
      const { tasks, ...all } = measured;
      const where = `randomRun(${seed}), event ${state.seq}`;
      expect(seq, where).toBe(state.seq);
      const { waits, shown, ...rest } = figures;
      expect(rest, where).toEqual(all);
      expect(shown, where).toEqual(shownFigures(measured));
      const waited = tasks.flatMap((task) => task.waits).reduce((sum, { ms }) => sum + ms, 0);
      expect(
        waits.reduce((sum, { ms }) => sum + ms, 0),
        where,
      ).toBe(waited);
      for (const { name, segments } of tasks) expect(known.get(name), where).toEqual(segments);
    }
  }
});

test('A task that only continues to wait is not sent again', () => {
  const { crew, events } = randomRun(1);
  const folded = new FoldedRun(crew);
  folded.take(events.slice(0, Math.floor(events.length / 2)));
  const now = events[Math.floor(events.length / 2)]?.t ?? 0;
  expect(measuredOf(folded.answer({ id: 1, kind: 'measure', now })).changed).not.toEqual([]);
  expect(measuredOf(folded.answer({ id: 2, kind: 'measure', now: now + 1000 })).changed).toEqual([]);
});

test('The simulated figures and the picture equal those of the reports', () => {
  const { crew, events } = randomRun(3);
  const folded = new FoldedRun(crew);
  const state = newRun(crew);
  folded.take(events);
  for (const event of events) applyEvent(state, event);
  const { bottlenecks, scaling, prediction } = figuresOf(state);
  const now = state.t;
  expect(folded.answer({ id: 1, kind: 'simulate', now })).toEqual({
    id: 1,
    kind: 'simulated',
    simulated: { bottlenecks, scaling, prediction },
  });
  const svg = timelineSvg(state, measuredFigures(state));
  expect(folded.answer({ id: 2, kind: 'draw', now })).toEqual({ id: 2, kind: 'drawn', svg });
});

test('The preview of a rerun covers the crew of the run or the current crew', () => {
  const { crew, events } = randomRun(3);
  const folded = new FoldedRun(crew);
  folded.take(events);
  const plan = (now: typeof crew | null, choice: RerunChoice) =>
    folded.answer({ id: 1, now: 0, kind: 'plan', crew: now, choice });
  const { length } = crew.tasks;
  expect(plan(null, { kind: 'all' })).toMatchObject({ text: `Run again all ${length}` });
  const [first] = crew.tasks;
  if (!first) throw new Error('a crew without tasks');
  const grown = { ...crew, tasks: [...crew.tasks, { ...first, name: 'added' }] };
  expect(plan(grown, { kind: 'all' })).toMatchObject({ text: `Run again all ${length + 1}` });
  expect(plan(crew, { kind: 'only', task: 'added' })).toMatchObject({
    text: expect.stringContaining('There is no task "added"'),
  });
});
