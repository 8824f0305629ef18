import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunEvent } from '../../../shared/run/events.ts';
import { openReviews } from '../../../shared/run/review.ts';
import type { RunHandle } from '../request.ts';
import { eventsOf, fileExists, makeCrew, Rig, resultOf, until } from '../testing/rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

const PERSON = { reviewer: 'person' } as const;
const LONG = 'a long result. '.repeat(600);

/** Waits until a review of a task is open. */
function asked(run: RunHandle, task: string): Promise<void> {
  return until(() => openReviews(run.state).some((review) => review.task.name === task));
}

function answersIn(events: readonly RunEvent[]): unknown[] {
  return events.flatMap((event) =>
    event.type === 'review.answered' ? [`${event.task} ${event.when} ${event.answer} ${event.by}`] : [],
  );
}

test('a result under review waits for its answer, and its dependents do not start before', async () => {
  const crew = makeCrew([
    { name: 'draft', human_review: 'after', steps: [['answer', 'the draft']] },
    { name: 'beside' },
    { name: 'polish', context: ['draft'], steps: [['prompt']] },
  ]);
  const run = await rig.start(crew, 1, PERSON);
  await asked(run, 'draft');
  await until(() => run.state.tasks.get('beside')?.status === 'completed');
  expect(run.state.tasks.get('draft')).toMatchObject({ status: 'pending', running: 0, result: null });
  expect(run.state.tasks.get('polish')?.readyAt).toBeNull();
  expect(await run.reviewText('draft')).toBe('the draft');
  expect(await run.answerReview('draft', { answer: 'approved' })).toEqual({ ok: true });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(await resultOf(run, 'polish')).toContain('the draft');
  expect(answersIn(await eventsOf(run.dir))).toEqual(['draft after approved person']);
});

test('a task that waits for a person occupies no slot, lane or pool unit', async () => {
  const pools = [{ name: 'db', capacity: 1 }];
  const resources = [{ pool: 'db', units: 1 }];
  const run = await rig.start(
    makeCrew(
      [
        { name: 'first', async: false, resources, human_review: 'after' },
        { name: 'second', async: false, resources },
      ],
      { pools },
    ),
    1,
    PERSON,
  );
  await asked(run, 'first');
  await until(() => run.state.tasks.get('second')?.status === 'completed');
  await run.answerReview('first', { answer: 'approved' });
  expect((await run.done).status).toBe('finished');
});

test('an edited result is marked as edited, passed to dependents and written to its file', async () => {
  const run = await rig.start(
    makeCrew([
      { name: 'draft', human_review: 'after', output_file: 'draft.md' },
      { name: 'polish', context: ['draft'], steps: [['prompt']] },
    ]),
    2,
    PERSON,
  );
  await asked(run, 'draft');
  await run.answerReview('draft', { answer: 'edited', text: LONG });
  await run.done;
  expect(run.state.tasks.get('draft')?.edited).toBe(true);
  expect(await resultOf(run, 'draft')).toBe(LONG);
  expect(await resultOf(run, 'polish')).toContain(LONG);
  expect(await readFile(join(rig.workspace, 'draft.md'), 'utf8')).toBe(LONG);
});

test('a result that is sent back gets another attempt with the earlier answer and the remark, and uses up no retry', async () => {
  const retries = { max: 0, base_s: 0, factor: 1, cap_s: 0 };
  const steps = [
    [
      'first',
      1,
      [
        ['llm', 'the first answer'],
        ['answer', 'the first answer'],
      ],
    ],
    ['transcript'],
  ] as const;
  const run = await rig.start(makeCrew([{ name: 'draft', human_review: 'after', retries, steps }]), 1, PERSON);
  await asked(run, 'draft');
  expect(await run.answerReview('draft', { answer: 'sent_back', remark: ' ' })).toMatchObject({ ok: false });
  await run.answerReview('draft', { answer: 'sent_back', remark: 'Say it shorter.' });
  await until(() => run.state.tasks.get('draft')?.reviews.length === 2);
  const question = JSON.parse((await run.reviewText('draft')) ?? '');
  expect(question).toMatchObject([
    { role: 'assistant', content: 'the first answer' },
    { role: 'user', content: expect.stringContaining('Say it shorter.') },
  ]);
  await run.answerReview('draft', { answer: 'approved' });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(run.state.tasks.get('draft')?.turns.map(({ attempt, result }) => [attempt, result])).toEqual([
    [1, 'ok'],
    [2, 'ok'],
  ]);
});

test('before a task, a person approves it with a remark for its agent or writes the result instead', async () => {
  const run = await rig.start(
    makeCrew([
      { name: 'ask', human_review: 'before', steps: [['prompt']] },
      { name: 'written', human_review: 'before' },
      { name: 'after', context: ['ask', 'written'], human_review: 'before', steps: [['prompt']] },
    ]),
    2,
    PERSON,
  );
  await asked(run, 'ask');
  await asked(run, 'written');
  expect(run.state.turns).toEqual([]);
  expect(run.state.tasks.get('after')?.reviews).toEqual([]);
  expect(await run.answerReview('ask', { answer: 'sent_back', remark: 'No.' })).toMatchObject({ ok: false });
  await run.answerReview('ask', { answer: 'approved', remark: 'Mind the year.' });
  await run.answerReview('written', { answer: 'edited', text: 'by hand' });
  await asked(run, 'after');
  await run.answerReview('after', { answer: 'approved' });
  await run.done;
  expect(await resultOf(run, 'ask')).toContain('Mind the year.');
  expect(run.state.tasks.get('written')).toMatchObject({ status: 'completed', edited: true, turns: [] });
  expect(await resultOf(run, 'after')).toContain('by hand');
});

test('if nobody can answer, other tasks run, the run is interrupted, and a resume opens the review with the same result', async () => {
  const crew = makeCrew([
    { name: 'draft', human_review: 'after', steps: [['answer', LONG]] },
    { name: 'beside' },
    { name: 'last', context: ['draft'] },
  ]);
  const { run: first, end } = await rig.run(crew);
  expect(end).toMatchObject({ status: 'interrupted', reason: 'review' });
  expect(first.state.tasks.get('beside')?.status).toBe('completed');

  const run = await rig.resume(first.dir, crew, PERSON);
  await asked(run, 'draft');
  expect(await run.reviewText('draft')).toBe(LONG);
  await run.answerReview('draft', { answer: 'approved' });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(run.state.tasks.get('draft')?.turns).toHaveLength(1);
  expect(run.state.tasks.get('draft')?.reviews.map(({ answer, end }) => [answer, end !== null])).toEqual([
    [null, true],
    ['approved', true],
  ]);
});

test('the next attempt after a resume still receives the remark of a result that was sent back', async () => {
  const steps = [
    ['first', 1, [['answer', 'the first answer']]],
    ['once', rig.path('waits'), [['wait']]],
    ['transcript'],
  ] as const;
  const crew = makeCrew([{ name: 'draft', human_review: 'after', steps }]);
  const first = await rig.start(crew, 1, PERSON);
  await asked(first, 'draft');
  await first.answerReview('draft', { answer: 'sent_back', remark: 'Say it shorter.' });
  await until(() => first.state.turns.length === 2);
  first.interrupt('signal');
  await first.done;
  const run = await rig.resume(first.dir, crew, PERSON);
  await asked(run, 'draft');
  expect(await run.reviewText('draft')).toMatch(/the first answer.*Say it shorter/s);
  run.stop();
  expect(await run.done).toEqual({ status: 'finished', outcome: 'cancelled' });
});

test('a general approval opens no question, and the journal records who approved', async () => {
  const crew = makeCrew([
    { name: 'draft', human_review: 'after' },
    { name: 'polish', context: ['draft'], human_review: 'before' },
  ]);
  const run = await rig.start(crew, 2, { reviewer: 'approve_all' });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(answersIn(await eventsOf(run.dir))).toEqual([
    'draft after approved approve_all',
    'polish before approved approve_all',
  ]);
});

test('a result that cannot be written stays in review, and its task fails if it was approved in advance', async () => {
  await mkdir(join(rig.workspace, 'draft.md'), { recursive: true });
  const crew = makeCrew([{ name: 'draft', human_review: 'after', output_file: 'draft.md' }]);
  const run = await rig.start(crew, 1, PERSON);
  await asked(run, 'draft');
  expect(await run.answerReview('draft', { answer: 'edited', text: 'better' })).toMatchObject({
    ok: false,
    message: expect.stringContaining('draft.md'),
  });
  expect(openReviews(run.state)).toHaveLength(1);
  await rm(join(rig.workspace, 'draft.md'), { recursive: true });
  expect(await run.answerReview('draft', { answer: 'edited', text: 'better' })).toEqual({ ok: true });
  await run.done;
  expect(await resultOf(run, 'draft')).toBe('better');

  await rm(join(rig.workspace, 'draft.md'));
  await mkdir(join(rig.workspace, 'draft.md'));
  const unasked = await rig.start(crew, 1, { reviewer: 'approve_all' });
  expect(await unasked.done).toEqual({ status: 'finished', outcome: 'failed' });
  expect(unasked.state.tasks.get('draft')?.error).toMatchObject({ kind: 'output' });
});

test('a repeated, late or unrequested answer is refused with a reason', async () => {
  const crew = makeCrew([{ name: 'draft', human_review: 'after' }]);
  const run = await rig.start(crew, 1, PERSON);
  expect(await run.answerReview('draft', { answer: 'approved' })).toMatchObject({ ok: false });
  expect(await run.answerReview('nothing', { answer: 'approved' })).toMatchObject({ ok: false });
  await asked(run, 'draft');
  const both = await Promise.all([
    run.answerReview('draft', { answer: 'approved' }),
    run.answerReview('draft', { answer: 'edited', text: 'other' }),
  ]);
  expect(both.map(({ ok }) => ok)).toEqual([true, false]);
  await run.done;
  expect(await run.answerReview('draft', { answer: 'approved' })).toMatchObject({ ok: false });
});

test('an answer without its result in the journal is requested again', async () => {
  const crew = makeCrew([{ name: 'draft', human_review: 'after', steps: [['answer', 'the draft']] }]);
  const first = await rig.start(crew, 1, PERSON);
  await asked(first, 'draft');
  await first.answerReview('draft', { answer: 'approved' });
  await first.done;
  const journal = join(first.dir, 'events.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n');
  const answered = lines.findIndex((line) => line.includes('"review.answered"'));
  await writeFile(journal, `${lines.slice(0, answered + 1).join('\n')}\n`);
  const run = await rig.resume(first.dir, crew, PERSON);
  await asked(run, 'draft');
  expect(await run.reviewText('draft')).toBe('the draft');
  await run.answerReview('draft', { answer: 'approved' });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
});

test.each(['off', 'read', 'read_write'] as const)(
  'a task that was approved before its start is not reviewed again after a resume, with the cache at %s',
  async (cache) => {
    const access = { cache: { folder: rig.path('cache'), describeTools: async () => ({}) } };
    const crew = makeCrew(
      [
        {
          name: 'cut_off',
          human_review: 'before',
          cache,
          steps: [['first', 1, [['touch', rig.path('begun')], ['wait']]]],
        },
        { name: 'held_up', human_review: 'before', cache },
      ],
      { settings: { cache } },
    );
    const first = await rig.start(crew, 1, { ...PERSON, ...access });
    for (const task of ['cut_off', 'held_up']) {
      await asked(first, task);
      await first.answerReview(task, { answer: 'approved', remark: `Mind ${task}.` });
    }
    await fileExists(rig.path('begun'));
    first.interrupt('quit');
    await first.done;
    const run = await rig.resume(first.dir, crew, { reviewer: 'nobody', ...access });
    expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
    const questions = (await eventsOf(run.dir)).flatMap((event) => (event.type === 'review.asked' ? [event.task] : []));
    expect(questions).toEqual(['cut_off', 'held_up']);
  },
);
