import { expect, test } from 'vitest';
import { measuredFigures } from '../figures/figures.ts';
import { unitsOf } from '../run/allocations.ts';
import { ASSIGNMENT } from '../run/events.ts';
import { instanceOf, parallelPool } from '../run/expansion/task-names.ts';
import { applyEvent, newRun } from '../run/fold.ts';
import { graphOf } from './graph.ts';
import { Scheduler } from './scheduler.ts';
import { type ExpandingRun, expandingRun } from './testing/expanding-run.ts';

const SEEDS = Array.from({ length: 120 }, (_, seed) => seed + 1);

function everyRun(check: (run: ExpandingRun) => void): void {
  for (const seed of SEEDS) {
    try {
      check(expandingRun(seed, seed % 2 === 0));
    } catch (error) {
      throw new Error(`expandingRun(${seed})`, { cause: error });
    }
  }
}

test('every task and every instance ends once, and the run finishes', () => {
  let expanded = 0;
  everyRun(({ crew, events }) => {
    const run = newRun(crew);
    const ended: string[] = [];
    for (const event of events) {
      applyEvent(run, event);
      if (event.type === 'task.expanded') expanded += 1;
      if ('task' in event && /^task\.(completed|failed|skipped|not_chosen)$/.test(event.type)) ended.push(event.task);
    }
    expect(events.at(-1)?.type).toBe('run.finished');
    expect(ended.sort()).toEqual([...run.tasks.keys()].filter((name) => name !== ASSIGNMENT).sort());
  });
  expect(expanded).toBeGreaterThan(SEEDS.length / 2);
});

test('a new scheduler that replays any prefix of the events makes the same decision and has the same work', () => {
  everyRun(({ crew, events }) => {
    const asked = new Scheduler(crew);
    for (const [index, event] of events.entries()) {
      asked.apply(event);
      const work = asked.work();
      const next = asked.next(event.t);
      if (index % 9 !== 0) continue;
      const fresh = new Scheduler(crew);
      for (const earlier of events.slice(0, index + 1)) fresh.apply(earlier);
      expect(fresh.work()).toEqual(work);
      expect(fresh.next(event.t)).toEqual(next);
      expect(fresh.snapshot()).toEqual(asked.snapshot());
    }
  });
});

test('an instance starts after everything it depends on, never more than parallel at once, and one of the lane at a time', () => {
  everyRun(({ crew, events }) => {
    const run = newRun(crew);
    for (const event of events) {
      applyEvent(run, event);
      if (event.type !== 'attempt.started') continue;
      const task = run.tasks.get(event.task);
      expect((task?.context ?? []).filter((name) => run.tasks.get(name)?.endedAt === null)).toEqual([]);
      const turns = [...run.running].map((turn) => run.tasks.get(turn.task));
      const begun = [...run.tasks.values()].filter(
        ({ expansion, endedAt }) => expansion?.kind === 'crew' && expansion.startedAt !== null && endedAt === null,
      );
      const holding = [...turns, ...begun].flatMap((other) => run.crew.tasks[other?.index ?? -1] ?? []);
      expect(holding.filter((other) => !other.async).length).toBeLessThanOrEqual(1);
      for (const { name } of run.crew.pools.filter(({ name }) => name.endsWith(' (lane)')))
        expect(holding.filter((other) => unitsOf(other.resources, name) > 0).length).toBeLessThanOrEqual(1);
      for (const { name, capacity } of run.crew.pools) {
        const used = turns.filter((other) => other?.instance && parallelPool(other.instance.of) === name).length;
        expect(used).toBeLessThanOrEqual(capacity);
      }
    }
  });
});

test('the lower bound holds, the critical path reaches from the start to the end, and instances count in place of their task', () => {
  everyRun(({ crew, events }) => {
    const run = newRun(crew);
    for (const event of events) applyEvent(run, event);
    const { time, path, counts, tasks } = measuredFigures(run);
    expect(time.lowerBound.ms).toBeLessThanOrEqual(time.makespanMs);
    expect(path.links.at(-1)?.end ?? 0).toBe(time.makespanMs);
    const { completed, failed, skipped, notChosen, cancelled, total } = counts;
    expect(completed + failed + skipped + notChosen + cancelled).toBe(total);
    expect(tasks.filter(({ items, isExpanded, busyMs }) => (items !== null || isExpanded) && busyMs > 0)).toEqual([]);
    expect(total).toBe(tasks.filter(({ isExpanded }) => !isExpanded).length);
  });
});

test('the graph that a scheduler grew is the graph of the crew that the fold grew', () => {
  everyRun(({ crew, events }) => {
    const run = newRun(crew);
    const scheduler = new Scheduler(crew);
    for (const event of events) {
      applyEvent(run, event);
      scheduler.apply(event);
    }
    const names = graphOf(run.crew).tasks.map(({ name }) => name);
    expect(Object.keys(scheduler.snapshot().tasks)).toEqual(names);
    for (const { name, context } of run.crew.tasks) {
      const own = instanceOf(name);
      if (own) expect(run.tasks.get(name)?.context).toEqual(context);
    }
  });
});
