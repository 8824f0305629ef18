import { describe, expect, test } from 'vitest';
import { ASSIGNMENT } from '../run/events.ts';
import { Scheduler } from './scheduler.ts';
import { type CrewSpec, makeCrew, Rig } from './testing/rig.ts';

function rig(spec: CrewSpec, slots: number, ranks: Record<string, number> = {}): Rig {
  return new Rig(new Scheduler(makeCrew(spec)), slots, ranks);
}

describe('order', () => {
  test('a task starts when its whole context has ended, on the lowest free slot', () => {
    const run = rig({ tasks: [{ name: 'a' }, { name: 'b' }, { name: 'c', context: ['a', 'b'] }] }, 3);
    expect(run.decide()).toEqual(['ready a', 'ready b', 'start a #1 on 1', 'start b #1 on 2']);
    run.complete('a');
    expect(run.decide()).toEqual([]);
    run.complete('b');
    expect(run.decide()).toEqual(['ready c', 'start c #1 on 1']);
    run.complete('c');
    expect(run.decide()).toEqual(['finished completed']);
  });

  test('synchronous tasks never run at the same time, but asynchronous tasks run next to them', () => {
    const run = rig({ tasks: [{ name: 'a', async: false }, { name: 'b', async: false }, { name: 'c' }] }, 3);
    expect(run.decide().filter((said) => said.startsWith('start'))).toEqual(['start a #1 on 1', 'start c #1 on 2']);
    run.complete('a');
    expect(run.decide()).toEqual(['start b #1 on 1']);
  });

  test('the higher rank starts first, then declared order', () => {
    const run = rig({ tasks: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }, 1, { a: 1, b: 2, c: 2 });
    expect(run.decide().at(-1)).toBe('start b #1 on 1');
    run.complete('b');
    expect(run.decide()).toEqual(['start c #1 on 1']);
  });

  test('a task takes all its units at once, and a task with a smaller demand passes it while it waits', () => {
    const run = rig(
      {
        pools: [{ name: 'db', capacity: 3 }],
        tasks: [
          { name: 'a', resources: [{ pool: 'db', units: 2 }] },
          { name: 'big', resources: [{ pool: 'db', units: 3 }] },
          { name: 'small', resources: [{ pool: 'db', units: 1 }] },
        ],
      },
      3,
    );
    expect(run.decide().slice(3)).toEqual(['start a #1 on 1', 'start small #1 on 2']);
    run.complete('a');
    expect(run.decide()).toEqual([]);
    run.complete('small');
    expect(run.decide()).toEqual(['start big #1 on 1']);
  });

  test('an agent never runs more turns at once than max_concurrent', () => {
    const run = rig(
      {
        agents: [{ name: 'ada', max_concurrent: 1 }, { name: 'bo' }],
        tasks: [{ name: 'a' }, { name: 'b' }, { name: 'c', agent: 'bo' }],
      },
      3,
    );
    expect(run.decide().slice(3)).toEqual(['start a #1 on 1', 'start c #1 on 2']);
  });
});

describe('failures', () => {
  test('a retry waits for its time, uses nothing meanwhile, and keeps its order', () => {
    const run = rig(
      {
        tasks: [
          { name: 'a', async: false },
          { name: 'b', async: false },
          { name: 'c', async: false },
        ],
      },
      1,
    );
    run.decide();
    run.fail('a', 1, 500);
    expect(run.decide()).toEqual(['start b #1 on 1']);
    expect(run.scheduler.wakeAt()).toBe(500);
    run.t = 500;
    run.complete('b');
    expect(run.decide()).toEqual(['start a #2 on 1']);
    expect(run.scheduler.wakeAt()).toBeNull();
  });

  test('a task whose attempt failed permanently has failed; by default its dependents run degraded', () => {
    const run = rig({ tasks: [{ name: 'a' }, { name: 'b', context: ['a'] }] }, 2);
    run.decide();
    run.fail('a');
    expect(run.decide()).toEqual(['failed a', 'ready b', 'start b #1 on 1']);
    expect(run.scheduler.completionFlags('b')).toEqual({ degraded: true, missing: ['a'] });
    run.complete('b');
    expect(run.decide()).toEqual(['finished completed_degraded']);
  });

  test('with the policy skip, a dependent of a failed task is skipped, and so are its dependents', () => {
    const skip = { on_dependency_failure: 'skip' as const };
    const run = rig(
      { tasks: [{ name: 'a' }, { name: 'b', context: ['a'], ...skip }, { name: 'c', context: ['b'], ...skip }] },
      2,
    );
    run.decide();
    run.fail('a');
    expect(run.decide()).toEqual(['failed a', 'skipped b', 'skipped c', 'finished failed']);
  });

  test('a task whose whole context was not chosen is not chosen; otherwise it runs undegraded', () => {
    const run = rig(
      { tasks: [{ name: 'a' }, { name: 'b' }, { name: 'c', context: ['a'] }, { name: 'd', context: ['a', 'b'] }] },
      2,
    );
    run.decide();
    run.complete('b');
    run.say({ type: 'attempt.ended', task: 'a', attempt: 1, result: 'ok' });
    run.say({ type: 'task.not_chosen', task: 'a' });
    expect(run.decide()).toEqual(['not_chosen c', 'ready d', 'start d #1 on 1']);
    expect(run.scheduler.completionFlags('d')).toEqual({ degraded: false, missing: [] });
  });

  test('an attempt lost with the engine runs again once the new slots are ready', () => {
    const run = rig({ tasks: [{ name: 'a' }] }, 1);
    run.decide();
    run.say({ type: 'attempt.ended', task: 'a', attempt: 1, result: 'lost', kind: 'lost', retry_at: 0 });
    run.say({ type: 'run.resumed', wall_ms: 0, versions: {} });
    expect(run.decide()).toEqual([]);
    run.say({ type: 'slot.ready', slot: 1, where: 'local:9', ms: 1 });
    expect(run.decide()).toEqual(['start a #2 on 1']);
  });
});

describe('control', () => {
  test('while paused nothing starts', () => {
    const run = rig({ tasks: [{ name: 'a' }] }, 1);
    run.say({ type: 'run.paused' });
    expect(run.decide()).toEqual(['ready a']);
    run.say({ type: 'run.unpaused' });
    expect(run.decide()).toEqual(['start a #1 on 1']);
  });

  test('a stop cancels waiting tasks at once, and running tasks when their turns have ended', () => {
    const run = rig({ tasks: [{ name: 'a' }, { name: 'b' }, { name: 'c', context: ['a'] }] }, 1);
    run.decide();
    run.scheduler.stop();
    expect(run.decide()).toEqual(['cancelled b', 'cancelled c']);
    run.say({ type: 'attempt.ended', task: 'a', attempt: 1, result: 'cancelled', kind: 'cancelled' });
    expect(run.decide()).toEqual(['cancelled a', 'finished cancelled']);
  });

  test('with more slots, more turns start at once; with fewer, none starts until enough have ended', () => {
    const tasks = ['a', 'b', 'c', 'd'].map((name) => ({ name }));
    const run = rig({ tasks }, 1);
    run.decide();
    run.say({ type: 'run.slots', slots: 2 });
    run.say({ type: 'slot.ready', slot: 2, where: 'local:2', ms: 1 });
    expect(run.decide()).toEqual(['start b #1 on 2']);
    run.say({ type: 'run.slots', slots: 1 });
    run.complete('a');
    expect(run.decide()).toEqual([]);
    run.complete('b');
    expect(run.decide()).toEqual(['start c #1 on 1']);
  });

  test('a slot whose process has ended takes no turn before its replacement is ready', () => {
    const run = rig({ tasks: [{ name: 'a' }, { name: 'b' }] }, 2);
    run.say({ type: 'slot.exited', slot: 1, where: 'local:1', reason: 'crash' });
    expect(run.decide().slice(2)).toEqual(['start a #1 on 2']);
    run.say({ type: 'slot.ready', slot: 1, where: 'local:3', ms: 1 });
    expect(run.decide()).toEqual(['start b #1 on 1']);
  });
});

describe('a manager', () => {
  const spec: CrewSpec = {
    process: 'hierarchical',
    agents: [{ name: 'boss', manager: true }, { name: 'ada' }],
    tasks: [
      { name: 'own', agent: 'ada' },
      { name: 'open', agent: null },
    ],
  };

  test('the manager assigns before the tasks that name no agent; other tasks do not wait', () => {
    const run = rig(spec, 2, { [ASSIGNMENT]: 1 });
    expect(run.decide()).toEqual([
      'ready own',
      'ready open',
      `ready ${ASSIGNMENT}`,
      `start ${ASSIGNMENT} #1 on 1`,
      'start own #1 on 2',
    ]);
    run.say({ type: 'attempt.ended', task: ASSIGNMENT, attempt: 1, result: 'ok' });
    run.say({ type: 'task.assigned', task: 'open', agent: 'ada' });
    run.say({ type: 'task.completed', task: ASSIGNMENT, text: '' });
    expect(run.decide()).toEqual(['start open #1 on 1']);
  });

  test('the manager executes the tasks itself when the assignment fails', () => {
    const run = rig(spec, 1, { [ASSIGNMENT]: 1 });
    run.decide();
    run.fail(ASSIGNMENT);
    expect(run.decide()).toEqual([`failed ${ASSIGNMENT}`, 'assigned open boss', 'start own #1 on 1']);
  });
});

describe('a consensual task', () => {
  test('a consensual task runs all proposals at once, then the votes, and uses the sequential lane throughout', () => {
    const run = rig(
      {
        process: 'consensual',
        agents: [{ name: 'ada' }, { name: 'bo' }],
        tasks: [
          { name: 'a', async: false },
          { name: 'b', async: false },
        ],
      },
      4,
    );
    expect(run.decide().slice(2)).toEqual(['start a propose:ada #1 on 1', 'start a propose:bo #1 on 2']);
    const end = (turn: string) => run.say({ type: 'attempt.ended', task: 'a', attempt: 1, turn, result: 'ok' });
    end('propose:ada');
    expect(run.decide()).toEqual([]);
    run.say({ type: 'attempt.ended', task: 'a', attempt: 1, turn: 'propose:bo', result: 'error', kind: 'http' });
    expect(run.decide()).toEqual(['start a vote:ada #1 on 1', 'start a vote:bo #1 on 2']);
    end('vote:ada');
    end('vote:bo');
    expect(run.decide()).toEqual(['start b propose:ada #1 on 1', 'start b propose:bo #1 on 2']);
    run.say({ type: 'task.completed', task: 'a', text: '' });
    expect(run.scheduler.snapshot().tasks['a']?.status).toBe('completed');
  });
});

describe('a review', () => {
  test('a task waits for its review before the start; a result that is sent back is repeated without using a retry', () => {
    const run = rig(
      {
        tasks: [
          { name: 'a', human_review: 'before' },
          { name: 'b', human_review: 'after' },
        ],
      },
      2,
    );
    expect(run.decide()).toEqual(['ready a', 'review.asked a', 'ready b', 'start b #1 on 1']);
    run.say({ type: 'review.answered', task: 'a', when: 'before', answer: 'approved' });
    expect(run.decide()).toEqual(['start a #1 on 2']);
    run.say({ type: 'attempt.ended', task: 'b', attempt: 1, result: 'ok' });
    expect(run.decide()).toEqual(['review.asked b']);
    run.say({ type: 'review.answered', task: 'b', when: 'after', answer: 'sent_back', remark: 'Shorter' });
    expect(run.decide()).toEqual(['start b #2 on 1']);
  });

  test('a task whose result a person wrote before the start has no attempt, and its dependents continue', () => {
    const run = rig(
      {
        tasks: [
          { name: 'a', human_review: 'before' },
          { name: 'b', context: ['a'] },
        ],
      },
      1,
    );
    expect(run.decide()).toEqual(['ready a', 'review.asked a']);
    run.say({ type: 'review.answered', task: 'a', when: 'before', answer: 'edited' });
    expect(run.decide()).toEqual([]);
    run.say({ type: 'task.completed', task: 'a', text: 'By hand', edited: true });
    expect(run.decide()).toEqual(['ready b', 'start b #1 on 1']);
  });
});

describe('leases', () => {
  const request = (task: string, resource: string, id: string) =>
    ({ type: 'resource.requested', task, attempt: 1, id, resource, holder: 'ada' }) as const;
  const release = (task: string, resource: string) =>
    ({ type: 'resource.released', task, attempt: 1, resource, holder: 'ada' }) as const;

  test('leases are granted first come, first served, before a new task takes the unit', () => {
    const units = [{ pool: 'db', units: 1 }];
    const run = rig(
      {
        pools: [{ name: 'db', capacity: 1 }],
        tasks: [{ name: 'a', resources: units }, { name: 'b' }, { name: 'c' }, { name: 'd', resources: units }],
      },
      4,
    );
    run.decide();
    run.say(request('b', 'db', 'one'));
    run.say(request('c', 'db', 'two'));
    expect(run.decide()).toEqual([]);
    run.complete('a');
    expect(run.decide()).toEqual(['acquired one']);
    run.say(release('b', 'db'));
    expect(run.decide()).toEqual(['acquired two']);
    run.complete('c');
    expect(run.decide()).toEqual(['start d #1 on 1']);
  });

  test('an undeclared pool has one unit until it is created with more', () => {
    const run = rig({ tasks: [{ name: 'a' }, { name: 'b' }] }, 2);
    run.decide();
    run.say(request('a', 'cache', 'one'));
    run.say(request('b', 'cache', 'two'));
    expect(run.decide()).toEqual(['acquired one']);
    run.say({ type: 'resource.created', task: 'a', attempt: 1, resource: 'cache', capacity: 2 });
    expect(run.decide()).toEqual(['acquired two']);
  });

  test('a wait that would cause a deadlock is detected, and a wait that would end is not', () => {
    const run = rig({ tasks: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }, 3);
    run.decide();
    run.say(request('a', 'x', '1'));
    run.say(request('b', 'y', '2'));
    run.decide();
    expect(run.scheduler.wouldDeadlock({ task: 'b', attempt: 1, resource: 'x' })).toBe(false);
    run.say(request('b', 'x', '3'));
    expect(run.scheduler.wouldDeadlock({ task: 'a', attempt: 1, resource: 'y' })).toBe(true);
    expect(run.scheduler.wouldDeadlock({ task: 'c', attempt: 1, resource: 'y' })).toBe(false);
  });

  test('a wait is not a deadlock if another turn can release a unit', () => {
    const run = rig({ pools: [{ name: 'y', capacity: 2 }], tasks: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }, 3);
    run.decide();
    run.say(request('a', 'x', '1'));
    run.say(request('b', 'y', '2'));
    run.say(request('c', 'y', '3'));
    run.decide();
    run.say(request('b', 'x', '4'));
    expect(run.scheduler.wouldDeadlock({ task: 'a', attempt: 1, resource: 'y' })).toBe(false);
  });
});
