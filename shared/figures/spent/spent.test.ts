import { expect, test } from 'vitest';
import {
  completed,
  finished,
  fold,
  inOrder,
  journal,
  makeCrew,
  ran,
  type TimedDraft,
} from '../../run/testing/journal.ts';
import { figuresOf } from '../figures.ts';

const OF_A = { task: 'a', attempt: 1, agent: 'ada' };
const call = (end: number, ms: number, more: object = {}): TimedDraft => [
  end,
  {
    ...{ type: 'llm.call', ...OF_A, model: 'm', ms, first_token_ms: null, prompt_tokens: 10, completion_tokens: 4 },
    ...{ cost_usd: 0, ...more },
  },
];
const tool = (end: number, ms: number, name = 'query_data', ok = true): TimedDraft => [
  end,
  { type: 'tool.call', ...OF_A, name, ms, ok, call_id: `${name}${end}` },
];

const during = (start: number, end: number) => ({ task: 'a', start, end });

test('Each instant of a turn counts once: for the call that started last, or for the slot.', () => {
  const figures = figuresOf(
    fold(
      makeCrew([{ name: 'a' }]),
      journal(
        inOrder(
          ran('a', 1, 0, 1000),
          // The stamp of the first call is late, so that it overlaps with the tool.
          [call(320, 300), tool(600, 300), call(900, 300)],
          completed('a', 1000),
          finished(1000),
        ),
      ),
    ),
  );
  expect(figures.spent).toEqual([
    { ...{ kind: 'model', name: 'm', ms: 580, share: 0.58, criticalMs: 580 }, longestCritical: during(600, 900) },
    {
      ...{ kind: 'tool', name: 'query_data', ms: 300, share: 0.3, criticalMs: 300 },
      longestCritical: during(300, 600),
    },
    { ...{ kind: 'slot', name: null, ms: 120, share: 0.12, criticalMs: 120 }, longestCritical: during(900, 1000) },
  ]);
  expect(figures.tasks[0]).toMatchObject({ modelMs: 580, toolMs: 300 });
});

test('Waits for a permit inside a turn are not the time of a model.', () => {
  const events = inOrder(ran('a', 1, 0, 500), [call(500, 200, { waited_ms: 300 })], completed('a', 500), finished(500));
  const { spent } = figuresOf(fold(makeCrew([{ name: 'a' }]), journal(events)));
  expect(spent.map(({ kind, ms }) => [kind, ms])).toEqual([
    ['permit', 300],
    ['model', 200],
  ]);
});

test('A tool and a model in half the time save time where they lie on the critical path.', () => {
  const events = inOrder(ran('a', 1, 0, 1000), [call(200, 200), tool(1000, 800)], completed('a', 1000), finished(1000));
  const { ranked } = figuresOf(fold(makeCrew([{ name: 'a' }]), journal(events))).bottlenecks;
  expect(ranked.filter(({ kind }) => kind === 'tool' || kind === 'model')).toEqual([
    { kind: 'tool', subject: 'query_data', makespanMs: 600, savesMs: 400 },
    { kind: 'model', subject: 'm', makespanMs: 900, savesMs: 100 },
  ]);
});

test('Calls of tools and models are summarized by name, with percentiles by nearest rank.', () => {
  const lengths = [10, 20, 30, 40, 50, 60, 70, 80, 90, 400];
  let t = 0;
  const calls = lengths.flatMap((ms): TimedDraft[] => {
    t += 2 * ms;
    return [call(t - ms, ms, { first_token_ms: ms / 2 }), tool(t, ms, 'query_data', ms !== 400)];
  });
  const events = inOrder(ran('a', 1, 0, t), calls, completed('a', t), finished(t));
  const { tools, models } = figuresOf(fold(makeCrew([{ name: 'a' }]), journal(events)));
  expect(tools).toEqual([
    {
      ...{ name: 'query_data', calls: 10, failed: 1, rehearsed: 0, totalMs: 850 },
      ...{ p50Ms: 50, p95Ms: 400, longestMs: 400, longestIn: 'a' },
    },
  ]);
  expect(models).toMatchObject([{ model: 'm', p50Ms: 50, p95Ms: 400, firstTokenP50Ms: 25, firstTokenP95Ms: 200 }]);
  expect(models[0]?.tokensPerSecond).toBeCloseTo((40 * 1000) / 425, 9);
});
