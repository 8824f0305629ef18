import { afterEach, beforeEach, expect, test } from 'vitest';
import { openQuestions } from '../../shared/run/questions.ts';
import type { RunHandle } from './request.ts';
import { eventsOf, makeCrew, Rig, resultOf, type Step, until } from './testing/rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

const PERSON = { reviewer: 'person' } as const;
const approve = (call: string, more: object = {}): Step => [
  'request',
  { kind: 'tool.approve', tool: 'send_email', arguments: { to: 'a@b.c' }, call, ...more },
];
const ask = (call: string, given: object): Step => ['request', { kind: 'ask_person', arguments: given, call }];

/** Waits until this number of questions is open, and returns their IDs. */
async function asked(run: RunHandle, count = 1): Promise<string[]> {
  await until(() => openQuestions(run.state).length === count);
  return openQuestions(run.state).map(({ question }) => question.id);
}

test('a person approves, changes or refuses a tool call, and the agent gets the decision', async () => {
  const crew = makeCrew([{ name: 'mail', steps: [approve('1'), approve('2'), approve('3'), ['heard']] }]);
  const run = await rig.start(crew, 1, PERSON);
  await asked(run);
  expect(openQuestions(run.state)[0]?.question.subject).toEqual({
    kind: 'tool',
    tool: 'send_email',
    arguments: { to: 'a@b.c' },
  });
  expect(await run.answerQuestion('mail', '1', { answer: 'approved' })).toEqual({ ok: true });
  await until(() => openQuestions(run.state)[0]?.question.id === '2');
  expect(await run.answerQuestion('mail', '1', { answer: 'approved' })).toMatchObject({ ok: false });
  await run.answerQuestion('mail', '2', { answer: 'edited', arguments: { to: 'x@y.z' } });
  await until(() => openQuestions(run.state)[0]?.question.id === '3');
  await run.answerQuestion('mail', '3', { answer: 'refused', remark: 'Too early.' });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect((await resultOf(run, 'mail'))?.split('\n').map((line) => JSON.parse(line))).toEqual([
    { answer: 'approved' },
    { answer: 'edited', arguments: { to: 'x@y.z' } },
    { answer: 'refused', remark: 'Too early.' },
  ]);
  expect(run.state.tasks.get('mail')?.questions.map(({ answer, by }) => [answer?.answer, by])).toEqual([
    ['approved', 'person'],
    ['edited', 'person'],
    ['refused', 'person'],
  ]);
});

test('a person answers a question with one of its choices', async () => {
  const given = { question: 'Which?', choices: ['red', 'blue'] };
  const run = await rig.start(makeCrew([{ name: 'pick', steps: [ask('q', given), ['heard']] }]), 1, PERSON);
  await asked(run);
  expect(await run.answerQuestion('pick', 'q', { answer: 'answered', text: 'green' })).toMatchObject({
    ok: false,
    message: 'Choose one of red, blue.',
  });
  expect(await run.answerQuestion('pick', 'q', { answer: 'approved' })).toMatchObject({ ok: false });
  expect(await run.answerQuestion('pick', 'q', { answer: 'answered', text: 'blue' })).toEqual({ ok: true });
  await run.done;
  expect(await resultOf(run, 'pick')).toBe('blue');
});

test('the deadline of an attempt stops while it waits for a person, and its slot stays in use', async () => {
  const tasks = [
    { name: 'waits', timeout_s: 0.3, steps: [ask('q', { question: 'Now?' }), ['heard'] as Step] },
    { name: 'other' },
  ];
  const run = await rig.start(makeCrew(tasks), 1, PERSON);
  await asked(run);
  const since = run.now();
  await until(() => run.now() - since > 700);
  expect(run.state.tasks.get('other')?.turns).toEqual([]);
  await run.answerQuestion('waits', 'q', { answer: 'answered', text: 'yes' });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(run.state.tasks.get('waits')?.turns).toHaveLength(1);
});

test('approve_all approves calls, but does not answer questions', async () => {
  const steps = [approve('1'), ask('q', { question: 'Now?' })];
  const run = await rig.start(makeCrew([{ name: 'mail', steps }]), 1, { reviewer: 'approve_all' });
  expect(await run.done).toMatchObject({ status: 'interrupted', reason: 'review' });
  expect(run.state.tasks.get('mail')?.questions).toMatchObject([
    { answer: { answer: 'approved' }, by: 'approve_all' },
    { answer: null, end: expect.any(Number) },
  ]);
});

test('without a person the run is interrupted, even if other tasks need the slot, and asks again when it is resumed', async () => {
  const crew = makeCrew([{ name: 'pick', steps: [ask('q', { question: 'Which?' }), ['heard']] }, { name: 'other' }]);
  const run = await rig.start(crew, 1);
  expect(await run.done).toMatchObject({ status: 'interrupted', reason: 'review' });
  const resumed = await rig.resume(run.dir, crew, PERSON);
  await asked(resumed);
  await resumed.answerQuestion('pick', 'q', { answer: 'answered', text: 'blue' });
  expect(await resumed.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(await resultOf(resumed, 'pick')).toBe('blue');
});

test('tasks that need no person are finished before the run is interrupted', async () => {
  const crew = makeCrew([{ name: 'pick', steps: [ask('q', { question: 'Which?' })] }, { name: 'other' }]);
  const run = await rig.start(crew, 2);
  expect(await run.done).toMatchObject({ status: 'interrupted', reason: 'review' });
  expect(run.state.tasks.get('other')?.status).toBe('completed');
});

test('an answer counts for the same call of the next attempt, but a call that must be made once is not made again', async () => {
  const steps: Step[] = [
    approve('plain'),
    approve('mail', { once: true }),
    ask('q', { question: 'Which?' }),
    ['first', 1, [['crash']]],
    ['heard'],
  ];
  const run = await rig.start(makeCrew([{ name: 'mail', steps }]), 1, PERSON);
  await asked(run);
  await run.answerQuestion('mail', 'plain', { answer: 'approved' });
  await until(() => openQuestions(run.state)[0]?.question.id === 'mail');
  await run.answerQuestion('mail', 'mail', { answer: 'approved' });
  await until(() => openQuestions(run.state)[0]?.question.id === 'q');
  await run.answerQuestion('mail', 'q', { answer: 'answered', text: 'blue' });
  await run.done;
  const heard = (await resultOf(run, 'mail'))?.split('\n') ?? [];
  expect(heard).toEqual(['{"answer":"approved"}', expect.stringMatching(/^Its effect is unknown\./), 'blue']);
  expect((await eventsOf(run.dir)).filter(({ type }) => type === 'review.asked')).toHaveLength(2);
});

test('a question ends without an answer when its turn is stopped', async () => {
  const run = await rig.start(makeCrew([{ name: 'pick', steps: [ask('q', { question: 'Which?' })] }]), 1, PERSON);
  await asked(run);
  run.stop();
  await run.done;
  expect(openQuestions(run.state)).toEqual([]);
  expect(await run.answerQuestion('pick', 'q', { answer: 'answered', text: 'x' })).toMatchObject({ ok: false });
});
