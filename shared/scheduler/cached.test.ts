import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulate } from '../control/virtual/simulate.ts';
import { Random } from '../random.ts';
import { Scheduler } from './scheduler.ts';
import { makeCrew, Rig, type TaskSpec } from './testing/rig.ts';

const CACHE = 'read_write' as const;

function rigOf(tasks: TaskSpec[], slots = 2): Rig {
  return new Rig(new Scheduler(makeCrew({ tasks })), slots);
}

function hit(rig: Rig, task: string): void {
  const { degraded } = rig.scheduler.completionFlags(task);
  rig.say({ type: 'task.completed', task, text: '', cached: 'run-1', ...(degraded ? { degraded } : {}) });
}

describe('a task with a cache setting', () => {
  it('a cacheable task is looked up before it is queued for a slot, while other tasks start', () => {
    const rig = rigOf([{ name: 'a', cache: CACHE }, { name: 'b' }], 2);
    expect(rig.decide()).toEqual(['ready a', 'cache.asked a', 'ready b', 'start b #1 on 1']);
    rig.say({ type: 'cache.missed', task: 'a' });
    expect(rig.decide()).toEqual(['start a #1 on 2']);
  });

  it('a cache hit takes no slot, and dependents continue', () => {
    const rig = rigOf(
      [
        { name: 'a', cache: CACHE },
        { name: 'b', context: ['a'] },
      ],
      1,
    );
    rig.decide();
    hit(rig, 'a');
    expect(rig.decide()).toEqual(['ready b', 'start b #1 on 1']);
    rig.complete('b');
    expect(rig.decide()).toEqual(['finished completed']);
  });

  it('a task with a human review is not looked up', () => {
    const rig = rigOf([{ name: 'a', cache: CACHE, human_review: 'before' }]);
    expect(rig.decide()).toEqual(['ready a', 'review.asked a']);
  });

  it('a new owner looks a task up again after a lookup without an answer, a miss, or a lost attempt', () => {
    const rig = rigOf(
      [
        { name: 'a', cache: CACHE },
        { name: 'b', cache: CACHE },
        { name: 'c', cache: CACHE },
      ],
      1,
    );
    rig.decide();
    for (const task of ['b', 'c']) rig.say({ type: 'cache.missed', task });
    expect(rig.decide()).toEqual(['start b #1 on 1']);
    rig.say({ type: 'attempt.ended', task: 'b', attempt: 1, result: 'lost', retry_at: rig.t });
    rig.say({ type: 'run.resumed', wall_ms: 0, versions: {} });
    rig.say({ type: 'slot.ready', slot: 1, where: 'local:2', ms: 0 });
    expect(rig.decide()).toEqual(['cache.asked a', 'cache.asked b', 'cache.asked c']);
    rig.say({ type: 'cache.missed', task: 'b' });
    expect(rig.decide()).toEqual(['start b #2 on 1']);
  });

  it('lookups have the same order regardless of how often the scheduler is called', () => {
    const crew = makeCrew({
      process: 'hierarchical',
      agents: [{ name: 'ada' }, { name: 'boss', manager: true }],
      tasks: [
        { name: 'a' },
        { name: 'b', agent: null, cache: CACHE },
        { name: 'c', agent: null, cache: CACHE, context: ['a'] },
      ],
    });
    const rig = new Rig(new Scheduler(crew), 2);
    rig.decide();
    const asked = rig.events.length;
    rig.complete('a');
    expect(rig.decide()).toEqual(['ready c']);
    rig.say({ type: 'attempt.ended', task: '@assignment', attempt: 1, result: 'ok' });
    for (const task of ['b', 'c']) rig.say({ type: 'task.assigned', task, agent: 'ada' });
    rig.say({ type: 'task.completed', task: '@assignment', text: '' });
    const fed = new Scheduler(crew);
    fed.begin({}, 2);
    for (const [at, event] of rig.events.entries()) {
      fed.apply(event);
      if (at < asked) fed.next(event.t);
    }
    expect(fed.next(rig.t)).toEqual({ type: 'cache.asked', task: 'b' });
    expect(rig.decide()).toEqual(['cache.asked b', 'cache.asked c']);
  });

  it('a stop cancels a task during its lookup', () => {
    const rig = rigOf([{ name: 'a', cache: CACHE }]);
    rig.decide();
    rig.scheduler.stop();
    expect(rig.decide()).toEqual(['cancelled a', 'finished cancelled']);
  });

  it('a simulation assumes an empty cache', () => {
    const tasks = [
      { name: 'a', cache: CACHE },
      { name: 'b', context: ['a'] },
    ];
    expect(simulate(makeCrew({ tasks }), { slots: 1, durations: { a: 10, b: 5 } }).makespan_ms).toBe(15);
  });

  it('a task starts only after a miss in the same process, and every run ends and replays identically', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1_000_000 }), fc.integer({ min: 1, max: 8 }), (seed, size) => {
        const random = new Random(seed);
        const tasks = Array.from({ length: size }, (_, index): TaskSpec => {
          const context = Array.from({ length: index }, (_name, before) => `t${before}`);
          return {
            name: `t${index}`,
            context: context.filter(() => random.chance(0.3)),
            ...(random.chance(0.7) ? { cache: CACHE } : {}),
          };
        });
        const rig = rigOf(tasks, 2);
        const open = { looked: new Set<string>(), missed: new Set<string>(), running: new Map<string, number>() };
        for (let step = 0; rig.events.at(-1)?.type !== 'run.finished'; step += 1) {
          if (step > 500) throw new Error('The run does not end.');
          takeDecisions(rig, tasks, open);
          happen(rig, random, open);
        }
        const replayed = new Scheduler(makeCrew({ tasks }));
        replayed.begin({}, 2);
        for (const event of rig.events) replayed.apply(event);
        expect(replayed.snapshot()).toEqual(rig.scheduler.snapshot());
      }),
    );
  });
});

interface Open {
  looked: Set<string>;
  missed: Set<string>;
  running: Map<string, number>;
}

function takeDecisions(rig: Rig, tasks: readonly TaskSpec[], open: Open): void {
  const from = rig.events.length;
  rig.decide();
  for (const event of rig.events.slice(from)) {
    if (event.type === 'cache.asked') open.looked.add(event.task);
    if (event.type !== 'attempt.started') continue;
    const cached = tasks.find(({ name }) => name === event.task)?.cache !== undefined;
    if (cached) expect(open.missed).toContain(event.task);
    open.running.set(event.task, event.attempt);
  }
}

/** One random event: a lookup ends, a turn ends, or another process becomes the owner. */
function happen(rig: Rig, random: Random, { looked, missed, running }: Open): void {
  rig.t += 1;
  const [task] = looked;
  const [turn] = running;
  if (random.chance(0.1)) {
    for (const [name, attempt] of running)
      rig.say({ type: 'attempt.ended', task: name, attempt, result: 'lost', retry_at: rig.t });
    rig.say({ type: 'run.resumed', wall_ms: 0, versions: {} });
    for (const slot of [1, 2]) rig.say({ type: 'slot.ready', slot, where: `local:${slot}`, ms: 0 });
    for (const set of [looked, missed, running]) set.clear();
  } else if (task !== undefined && random.chance(0.6)) {
    looked.delete(task);
    if (random.chance(0.4)) hit(rig, task);
    else {
      missed.add(task);
      rig.say({ type: 'cache.missed', task });
    }
  } else if (turn) {
    running.delete(turn[0]);
    rig.complete(...turn);
  }
}
