import { expect, test } from 'vitest';
import { newRun } from '../../run/fold.ts';
import { makeCrew } from '../../scheduler/testing/rig.ts';
import { Monitor } from './monitor.ts';

const RUN = newRun(makeCrew({ tasks: [{ name: 'it' }] }));
const KEY = { run: 'run-1', task: 'it', attempt: 1, turn: null };

test('tracking measures the time from its start, under the name of the task unless the call names another', () => {
  const monitor = new Monitor();
  const ask = (t: number, call: object) => monitor.handle(KEY, call, RUN, t).answer;
  ask(1000, { action: 'start_tracking' });
  ask(2000, { action: 'start_tracking', task_id: 'part' });
  expect(ask(3500, { action: 'end_tracking' })).toMatchObject({ ok: true, text: expect.stringContaining('2.50s') });
  expect(ask(3500, { action: 'end_tracking', task_id: 'part' }).text).toContain('1.50s');
  expect(ask(3500, { action: 'end_tracking', task_id: 'other' })).toMatchObject({
    ok: false,
    text: expect.stringContaining('it'),
  });
});

test('a milestone is recorded for the attempt, and needs a name', () => {
  const monitor = new Monitor();
  const logged = monitor.handle(KEY, { action: 'log_milestone', milestone: 'half', data: [1] }, RUN, 0);
  expect(logged).toMatchObject({
    draft: { type: 'milestone', task: 'it', attempt: 1, name: 'half', data: [1] },
    answer: { ok: true },
  });
  expect(monitor.handle(KEY, { action: 'log_milestone' }, RUN, 0)).toMatchObject({
    draft: null,
    answer: { ok: false },
  });
});

test('an unknown action or an argument of the wrong type is refused with the list of actions', () => {
  for (const call of [{ action: 'measure' }, { action: 7 }, 'get_metrics'])
    expect(new Monitor().handle(KEY, call, RUN, 0)).toMatchObject({
      draft: null,
      answer: { ok: false, text: expect.stringContaining('get_metrics') },
    });
});
