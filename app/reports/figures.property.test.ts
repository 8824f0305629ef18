import { expect, test } from 'vitest';
import type { Project } from '../../shared/project/schema.ts';
import { Random } from '../../shared/random.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import { simulate } from '../../shared/scheduler/simulate.ts';
import { type MeasuredFigures, measuredFigures } from './figures.ts';
import { completed, crew, finished, fold, inOrder, journal, ran, ready } from './testing.ts';

const RUNS = 60;

interface RandomRun {
  project: Project;
  events: readonly RunEvent[];
  figures: MeasuredFigures;
}

/** A crew of a random graph, scheduled as the engine would, with a start-up of the slots before its first turn. */
function randomRun(seed: number): RandomRun {
  const random = new Random(seed);
  const lot = (below: number) => random.int(0, below - 1);
  const count = 1 + lot(14);
  const tasks = Array.from({ length: count }, (_, at) => ({
    name: `t${at}`,
    async: lot(3) > 0,
    context: Array.from({ length: at }, (__, before) => `t${before}`).filter(() => lot(4) === 0),
    resources: lot(3) === 0 ? [{ pool: 'gpu', units: 1 + lot(2) }] : [],
  }));
  const project = crew(tasks, { pools: [{ name: 'gpu', capacity: 2 }] });
  const durations = Object.fromEntries(tasks.map(({ name }) => [name, 1 + lot(500)]));
  const slots = 1 + lot(4);
  const startUp = lot(50);
  const plan = simulate(project, { slots, durations });
  const endOf = (name: string) => startUp + (plan.tasks[name]?.end_ms ?? 0);
  const turns = tasks.flatMap(({ name, context }) => {
    const { start_ms = 0, slot = 1 } = plan.tasks[name] ?? {};
    const readyAt = context.reduce((latest, before) => Math.max(latest, endOf(before)), 0);
    return [ready(name, readyAt), ...ran(name, slot, startUp + start_ms, endOf(name)), completed(name, endOf(name))];
  });
  const settings = {
    slots,
    provider: 'fake',
    base_url: null,
    model: null,
    cache: 'off' as const,
    workspace: '/workspace',
  };
  const events = journal(inOrder(...turns, finished(startUp + plan.makespan_ms)), { settings });
  return { project, events, figures: measuredFigures(project, fold(project, events)) };
}

/** Turns from the raw events: start and end of each task's. */
function rawTurns(events: readonly RunEvent[]): { start: number; end: number }[] {
  return events.flatMap((event) => {
    if (event.type !== 'attempt.started') return [];
    const end = events.find((other) => other.type === 'attempt.ended' && other.task === event.task);
    return end ? [{ start: event.t, end: end.t }] : [];
  });
}

const runs = Array.from({ length: RUNS }, (_, seed) => randomRun(seed + 1));

test('waiting and running together are the time to the end of each task, without gap or overlap', () => {
  for (const { figures } of runs) {
    for (const task of figures.tasks) {
      let at = 0;
      for (const piece of task.stretches) {
        expect(piece.start).toBe(at);
        expect(piece.end).toBeGreaterThan(piece.start);
        at = piece.end;
      }
      expect(at).toBe(task.endedMs);
      expect(task.waitingMs + task.runningMs).toBe(task.endedMs);
      expect(task.waits.reduce((sum, wait) => sum + wait.ms, 0)).toBe(task.waitingMs);
    }
  }
});

test('busy time and concurrency are what the raw events say, millisecond by millisecond', () => {
  for (const { events, figures } of runs) {
    const turns = rawTurns(events);
    expect(figures.time.sequentialMs).toBe(turns.reduce((sum, { start, end }) => sum + end - start, 0));
    const levels = new Map<number, number>();
    for (let t = 0; t < figures.time.makespanMs; t += 1) {
      const running = turns.filter(({ start, end }) => start <= t && t < end).length;
      levels.set(running, (levels.get(running) ?? 0) + 1);
    }
    figures.time.concurrency.levels.forEach((ms, level) => {
      expect(ms).toBe(levels.get(level) ?? 0);
    });
    expect(figures.time.concurrency.mean).toBeCloseTo(figures.time.sequentialMs / figures.time.makespanMs, 9);
  }
});

test('no run beats its lower bound', () => {
  for (const { figures } of runs) {
    expect(figures.time.lowerBound.ms).toBeLessThanOrEqual(figures.time.makespanMs);
    expect(figures.time.efficiency).toBeLessThanOrEqual(1);
  }
});

test('the critical path leads without a gap from 0 to the last end, and its tasks have no slack', () => {
  for (const { figures } of runs) {
    const { links, tasks, slack } = figures.path;
    let at = 0;
    for (const link of links) {
      expect(link.start).toBe(at);
      at = link.end;
    }
    expect(at).toBe(figures.time.endMs);
    expect(links.reduce((sum, link) => sum + link.share, 0)).toBeCloseTo(1, 9);
    for (const task of tasks) expect(slack.has(task)).toBe(false);
  }
});

test('the wait of a task for its context ends when the last of its context does', () => {
  for (const { project, figures } of runs) {
    const ends = new Map(figures.tasks.map((task) => [task.name, task.endedMs ?? 0]));
    for (const task of project.tasks) {
      const waited = figures.tasks
        .find((one) => one.name === task.name)
        ?.waits.find((wait) => wait.reason === 'context');
      const last = task.context.reduce((latest, before) => Math.max(latest, ends.get(before) ?? 0), 0);
      expect(waited?.ms ?? 0).toBe(last);
    }
  }
});

test('who waits for the lane or a resource waits while it is really taken', () => {
  for (const { project, figures } of runs) {
    const sequential = new Set(project.tasks.filter((task) => !task.async).map((task) => task.name));
    const running = figures.tasks.flatMap((task) =>
      task.stretches.filter((piece) => piece.kind === 'running').map((piece) => ({ task: task.name, ...piece })),
    );
    for (const task of figures.tasks) {
      for (const piece of task.stretches) {
        if (piece.kind !== 'waiting' || piece.reason !== 'lane') continue;
        const holders = running.filter(
          (other) => sequential.has(other.task) && other.start < piece.end && other.end > piece.start,
        );
        expect(
          holders.reduce((sum, { start, end }) => sum + Math.min(end, piece.end) - Math.max(start, piece.start), 0),
        ).toBe(piece.end - piece.start);
      }
    }
  }
});
