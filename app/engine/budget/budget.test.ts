import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Crew } from '../../../shared/crew/schema.ts';
import { isOverBudget, remainingCostUsd, spentUsd } from '../../../shared/run/budget.ts';
import { runSpan } from '../../../shared/run/makespan.ts';
import { segmentsOf, waitingMs } from '../../../shared/run/waits.ts';
import { eventsOf, makeCrew, Rig, resultOf, type Step, type TaskInput, until } from '../testing/rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

/** One model call of 25 cents, with a permit. The slot waits for `within` during the call. */
const call = (content: string, within: Step[] = [], tool?: string): Step[] => [
  ['permit'],
  ...within,
  tool === undefined ? ['llm', content] : ['llm', content, tool],
  ...(tool === undefined ? [] : [['tool', tool, 'forty-two'] as const]),
];

function crewFor(budget_usd: number, tasks: readonly TaskInput[]): Crew {
  return makeCrew(tasks, { settings: { budget_usd, retries: { max: 2, base_s: 0, factor: 1, cap_s: 0 } } });
}

/** The model calls, in order. */
async function asked(dir: string): Promise<string[]> {
  return (await eventsOf(dir)).flatMap((event) =>
    event.type === 'llm.call' ? [`${event.task} ${event.attempt}`] : [],
  );
}

test('when the budget is used up, calls in flight finish, the run is interrupted and no answer is lost', async () => {
  const crew = crewFor(0.25, [
    { name: 'first', steps: [...call('first', [['until', rig.path('both')]]), ['touch', rig.path('spent')]] },
    {
      name: 'in_flight',
      steps: [
        ...call('in flight', [
          ['touch', rig.path('both')],
          ['until', rig.path('spent')],
        ]),
        ['answer', 'in flight'],
      ],
    },
    { name: 'later', context: ['first'], steps: [...call('later'), ['answer', 'later']] },
  ]);
  const { run, end } = await rig.run(crew, 2);
  expect(end).toMatchObject({ status: 'interrupted', reason: 'budget' });
  expect(end).toMatchObject({ message: expect.stringContaining('$0.50 spent, 1 task left') });
  expect(run.state.tasks.get('first')?.status).toBe('completed');
  expect(await resultOf(run, 'in_flight')).toBe('in flight');
  expect(run.state.tasks.get('later')?.turns).toEqual([]);
  expect((await asked(run.dir)).sort()).toEqual(['first 1', 'in_flight 1']);
});

test('an attempt whose next call exceeds the budget ends, and continues from its answered calls after the budget is raised', async () => {
  const crew = crewFor(0.25, [
    {
      name: 'reader',
      steps: [['first', 1, [...call('let me read', [], 'call-1'), ...call('never asked')]], ['transcript']],
    },
  ]);
  const { run: first, end } = await rig.run(crew, 1);
  expect(end).toMatchObject({ reason: 'budget' });
  expect(first.state.turns.map(({ result, error }) => [result, error?.kind])).toEqual([['cancelled', 'budget']]);

  const again = await rig.tryToResume(first.dir, crew);
  expect(again.ok && (await again.run.done)).toMatchObject({ status: 'interrupted', reason: 'budget' });
  expect(await rig.tryToResume(first.dir, crew, rig.host(), { budgetUsd: 0.25 })).toMatchObject({
    ok: false,
    failure: { kind: 'budget', message: expect.stringContaining('$0.25') },
  });
  const run = await rig.resume(first.dir, crew, { budgetUsd: 1 });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(await resultOf(run, 'reader')).toMatch(/let me read.*forty-two/);
  expect(await asked(run.dir)).toEqual(['reader 1']);
  expect(run.state.budgetUsd).toBe(1);
});

test('if a person is available, a run with a used-up budget waits for a larger one and then continues', async () => {
  const crew = crewFor(0.5, [
    { name: 'first', steps: [...call('first')] },
    { name: 'second', context: ['first'], steps: [...call('second'), ...call('one more')] },
    { name: 'third', context: ['second'], steps: [...call('third')] },
  ]);
  const run = await rig.start(crew, 1, { attended: true });
  await until(() => isOverBudget(run.state) && run.state.running.size === 0);
  expect(spentUsd(run.state)).toBe(0.5);
  expect(remainingCostUsd(run.state)).toBe(0.5);
  const since = run.now();
  await until(() => run.now() > since + 20);
  expect(await run.setBudget(0.5)).toMatchObject({ ok: false });
  expect(await run.setBudget(2)).toEqual({ ok: true });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  const budgets = (await eventsOf(run.dir)).filter(({ type }) => type.startsWith('budget.'));
  expect(budgets).toMatchObject([
    { type: 'budget.reached', spent_usd: 0.5, budget_usd: 0.5 },
    { type: 'budget.set', spent_usd: 0.5, budget_usd: 2 },
  ]);
  const segments = segmentsOf(run.state, run.state.t).get('second') ?? [];
  expect(waitingMs(segments, 'person')).toBeGreaterThanOrEqual(20);
  expect(runSpan(run.state, run.state.t).personMs).toBeGreaterThanOrEqual(20);
});

test('a run that waits for a larger budget can be stopped or interrupted', async () => {
  const crew = crewFor(0.25, [
    { name: 'first', steps: [...call('first')] },
    { name: 'second', context: ['first'] },
  ]);
  const stopped = await rig.start(crew, 1, { attended: true });
  await until(() => isOverBudget(stopped.state));
  stopped.stop();
  expect(await stopped.done).toEqual({ status: 'finished', outcome: 'cancelled' });
  const left = await rig.start(crew, 1, { attended: true });
  await until(() => isOverBudget(left.state));
  left.interrupt('budget');
  expect(await left.done).toMatchObject({ status: 'interrupted', reason: 'budget' });
});

test('the cost of failed attempts and earlier processes counts, and a run whose last call exceeds the budget still completes', async () => {
  const broken = ['fail', { kind: 'network', message: 'cut off' }] as const;
  const crew = crewFor(0.5, [{ name: 'flaky', steps: [['first', 1, [...call('lost'), broken]], ...call('at last')] }]);
  const { run, end } = await rig.run(crew, 1);
  expect(end).toEqual({ status: 'finished', outcome: 'completed' });
  expect(spentUsd(run.state)).toBe(0.5);
  expect(isOverBudget(run.state)).toBe(false);
  expect(run.state.overBudget).toHaveLength(1);
});

test('a review still opens after the budget is used up', async () => {
  const crew = crewFor(0.25, [
    { name: 'draft', human_review: 'after', steps: [...call('draft'), ['answer', 'draft']] },
  ]);
  const { run: first, end } = await rig.run(crew, 1);
  expect(end).toMatchObject({ status: 'interrupted', reason: 'review' });
  const run = await rig.resume(first.dir, crew, { reviewer: 'person' });
  await until(() => run.state.tasks.get('draft')?.reviews.length === 2);
  await run.answerReview('draft', { answer: 'approved' });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
});
