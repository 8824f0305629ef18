import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Crew } from '../../shared/crew/schema.ts';
import type { TurnState } from '../../shared/run/turn-state.ts';
import { eventsOf, makeCrew, Rig, resultOf, type Step, type TaskInput, until } from './testing/rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

type Steps = readonly Step[];

/** Three agents. Each performs the steps under its name, and votes with the steps under `vote:NAME`. */
function council(steps: Readonly<Record<string, Steps>>, task: Partial<TaskInput> = {}, more: TaskInput[] = []): Crew {
  const agents = ['ada', 'bo', 'cy'].map((name) => ({ name, role: 'Worker', goal: 'Do the work' }));
  const both = { name: 'motto', agent: undefined, steps: [['as', steps]] as Steps, ...task };
  return makeCrew([both, ...more.map((one) => ({ agent: undefined, ...one }))], { process: 'consensual', agents });
}

const proposesAndVotesFor = (agent: string, text: string, choice: string): Record<string, Steps> => ({
  [agent]: [['answer', text]],
  [`vote:${agent}`]: [['answer', choice]],
});

const THREE = {
  ...proposesAndVotesFor('ada', "ada's motto", 'bo'),
  ...proposesAndVotesFor('bo', "bo's motto", 'ada'),
  ...proposesAndVotesFor('cy', "cy's motto", 'bo'),
};

const inShort = ({ turn, attempt, result }: TurnState) => `${turn} ${attempt} ${result}`;

test('the proposal with the most votes is the result, under the name of its agent', async () => {
  const { run, end } = await rig.run(council(THREE), 3);
  expect(end).toEqual({ status: 'finished', outcome: 'completed' });
  expect(await resultOf(run, 'motto')).toBe("bo's motto");
  const task = run.state.tasks.get('motto');
  expect(task?.agent).toBe('bo');
  expect(task?.votes).toEqual(
    expect.arrayContaining([
      { agent: 'ada', choice: 'bo' },
      { agent: 'bo', choice: 'ada' },
      { agent: 'cy', choice: 'bo' },
    ]),
  );
  expect(task?.turns.map(({ turn }) => turn).toSorted()).toEqual(
    ['ada', 'bo', 'cy'].flatMap((agent) => [`propose:${agent}`, `vote:${agent}`]).toSorted(),
  );
});

test('proposals run in parallel, and each vote receives all of them', async () => {
  const proposal = (agent: string): Steps => [
    ['touch', rig.path(agent)],
    ['until', rig.path('go')],
    ['answer', `${agent} says: {who}`],
  ];
  const steps = { ada: proposal('ada'), bo: proposal('bo'), cy: proposal('cy'), 'vote:ada': [['choices']] as Steps };
  const run = await rig.start(council({ ...steps, 'vote:bo': [['prompt']], 'vote:cy': [['answer', 'cy']] }), 3);
  await until(() => run.state.running.size === 3);
  await rig.touch('go');
  await run.done;
  const votes = new Map(run.state.tasks.get('motto')?.votes.map(({ agent, choice }) => [agent, choice]));
  expect(votes.get('ada')).toBe('["ada","bo","cy"]');
  for (const agent of ['ada', 'bo', 'cy'])
    expect(votes.get('bo')).toContain(`## Proposal of ${agent}\n\n${agent} says`);
});

test('a tie goes to the first agent in declared order, which a task can override', async () => {
  const own = { ...THREE, 'vote:ada': [['answer', 'ada']] as Steps, 'vote:bo': [['answer', 'bo']] as Steps };
  const { run } = await rig.run(council(own, { agents: ['bo', 'ada'] }), 2);
  expect(await resultOf(run, 'motto')).toBe("bo's motto");
  expect(run.state.turns.map(({ agent }) => agent)).not.toContain('cy');
});

test('a failed proposal is retried separately, and an agent whose proposal failed permanently still votes', async () => {
  const refused: Steps = [['fail', { kind: 'auth', message: 'no such key' }]];
  const flaky: Steps = [
    ['first', 1, [['fail', { kind: 'network', message: 'nobody answers' }]]],
    ['answer', "ada's second"],
  ];
  const steps = { ...THREE, ada: flaky, bo: refused, 'vote:ada': [['answer', 'ada']] as Steps };
  const votes = { 'vote:bo': [['answer', 'ada']] as Steps, 'vote:cy': refused };
  const { run, end } = await rig.run(council({ ...steps, ...votes }), 3);
  expect(end).toEqual({ status: 'finished', outcome: 'completed' });
  expect(await resultOf(run, 'motto')).toBe("ada's second");
  expect(run.state.turns.map(inShort).toSorted()).toEqual([
    'propose:ada 1 error',
    'propose:ada 2 ok',
    'propose:bo 1 error',
    'propose:cy 1 ok',
    'vote:ada 1 ok',
    'vote:bo 1 ok',
    'vote:cy 1 error',
  ]);
});

test('without a proposal or a vote, the task fails with the last error', async () => {
  const refused: Steps = [['fail', { kind: 'auth', message: 'no such key' }]];
  const silent = { ada: refused, bo: refused, cy: refused };
  const unheard = { ...THREE, 'vote:ada': refused, 'vote:bo': refused, 'vote:cy': refused };
  for (const steps of [silent, unheard]) {
    const { run, end } = await rig.run(council(steps), 3);
    expect(end).toMatchObject({ outcome: 'failed' });
    expect(run.state.tasks.get('motto')).toMatchObject({ status: 'failed', error: { kind: 'auth' } });
  }
});

test('the result of a consensual task is written once, at the end, and a refused file fails the task', async () => {
  const { run } = await rig.run(
    council(THREE, { output_file: 'out/motto.md' }, [
      { name: 'escapes', output_file: '../motto.md', steps: [['as', THREE]] },
    ]),
    3,
  );
  expect(await readFile(join(rig.workspace, 'out/motto.md'), 'utf8')).toBe("bo's motto");
  expect(run.state.tasks.get('escapes')).toMatchObject({ status: 'failed', error: { kind: 'output' } });
});

test('a dependent receives only the winning proposal, and a long proposal is stored in full', async () => {
  const long = `${"bo's motto ".repeat(1000)}end`;
  const steps = { ...THREE, bo: [['answer', long]] as Steps };
  const reads: Steps = [['as', { ada: [['prompt']], 'vote:ada': [['answer', 'ada']] }]];
  const { run } = await rig.run(
    council(steps, {}, [{ name: 'after', context: ['motto'], agents: ['ada'], steps: reads }]),
    3,
  );
  expect(await resultOf(run, 'motto')).toBe(long);
  expect(await resultOf(run, 'after')).toContain(`## Result of the task motto\n\n${long}`);
});

test('a resumed run does not repeat finished proposals or votes', async () => {
  const log = (agent: string): Step => ['log', rig.path(agent)];
  const steps: Record<string, Steps> = {};
  for (const agent of ['ada', 'bo', 'cy']) {
    steps[agent] = [log(`propose-${agent}`), ['answer', `${agent}'s motto`]];
    steps[`vote:${agent}`] = [log(`vote-${agent}`), ['answer', 'cy']];
  }
  steps.cy = [log('propose-cy'), ['first', 1, [['wait']]], ['answer', "cy's motto"]];
  steps['vote:cy'] = [log('vote-cy'), ['first', 1, [['wait']]], ['answer', 'cy']];
  const crew = council(steps);
  const isCut = (kind: string) => (run: { state: { turns: TurnState[] } }) =>
    run.state.turns.filter(({ turn, result }) => turn?.startsWith(kind) && result === 'ok').length === 2;
  const first = await rig.start(crew, 3);
  await until(() => isCut('propose')(first));
  first.interrupt('signal');
  await first.done;
  const second = await rig.resume(first.dir, crew);
  await until(() => isCut('vote')(second));
  second.interrupt('signal');
  await second.done;
  const third = await rig.resume(first.dir, crew);
  expect(await third.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(await resultOf(third, 'motto')).toBe("cy's motto");
  const asked = async (name: string) => (await readFile(rig.path(name), 'utf8')).trim().split('\n').length;
  for (const agent of ['ada', 'bo']) {
    expect([agent, await asked(`propose-${agent}`), await asked(`vote-${agent}`)]).toEqual([agent, 1, 1]);
  }
  const ends = (await eventsOf(first.dir)).filter((event) => event.type === 'task.completed');
  expect(ends).toHaveLength(1);
});

test('a run that was killed between the last vote and the result completes the task when it resumes', async () => {
  const crew = council(THREE);
  const { run } = await rig.run(crew, 3);
  const journal = join(run.dir, 'events.jsonl');
  const lines = (await readFile(journal, 'utf8')).trimEnd().split('\n');
  const cut = lines.findIndex((line) => line.includes('"task.assigned"'));
  await writeFile(journal, `${lines.slice(0, cut).join('\n')}\n`);
  const second = await rig.resume(run.dir, crew);
  expect(await second.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(await resultOf(second, 'motto')).toBe("bo's motto");
  expect(second.state.turns).toHaveLength(6);
});

test('after a result is sent back, all agents propose and vote again, and each receives the remark', async () => {
  const steps: Record<string, Steps> = {};
  for (const agent of ['ada', 'bo', 'cy']) {
    steps[agent] = [['first', 1, [['answer', `${agent}'s motto`]]], ['transcript']];
    steps[`vote:${agent}`] = [
      ['first', 1, [['answer', 'bo']]],
      ['answer', 'cy'],
    ];
  }
  const run = await rig.start(council(steps, { human_review: 'after' }), 3, { reviewer: 'person' });
  await until(async () => (await run.reviewText('motto')) === "bo's motto");
  await run.answerReview('motto', { answer: 'sent_back', remark: 'Shorter, please' });
  await until(async () => (await run.reviewText('motto'))?.includes('Shorter') ?? false);
  expect(run.state.tasks.get('motto')?.votes.map(({ choice }) => choice)).toEqual(['cy', 'cy', 'cy']);
  await run.answerReview('motto', { answer: 'approved' });
  expect(await run.done).toEqual({ status: 'finished', outcome: 'completed' });
  expect(run.state.tasks.get('motto')?.agent).toBe('cy');
  expect(JSON.parse((await resultOf(run, 'motto')) ?? '')).toMatchObject([
    { role: 'assistant', content: "cy's motto" },
    { role: 'user' },
  ]);
});

test('a stop during the proposals cancels the task and the waiting tasks', async () => {
  const waits = { ada: [['wait']] as Steps, bo: [['wait']] as Steps, cy: [['answer', 'x']] as Steps };
  const run = await rig.start(council(waits), 3);
  await until(() => run.state.running.size === 2);
  run.stop();
  expect(await run.done).toEqual({ status: 'finished', outcome: 'cancelled' });
});

test('each turn of a consensual task has its own deadline', async () => {
  const retries = { max: 0, base_s: 0, factor: 1, cap_s: 0 };
  const steps = { ...THREE, ada: [['wait']] as Steps };
  const { run } = await rig.run(council(steps, { timeout_s: 0.3, retries }), 3);
  expect(run.state.turns.filter(({ result }) => result === 'timeout').map(inShort)).toEqual(['propose:ada 1 timeout']);
  expect(await resultOf(run, 'motto')).toBe("bo's motto");
});
