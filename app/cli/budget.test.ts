import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, problemsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, taskOfAda } from './testing/model-server.ts';

beforeAll(async () => {
  await mkdir(command.home, { recursive: true });
  // A call with 10 prompt and 5 completion tokens costs 20 cents.
  await writeFile(join(command.home, 'prices.json'), '{ "m": { "prompt": 10000, "completion": 20000 } }');
});
beforeEach(() => {
  server.reply = (response, { task }) => answer(response, `word of ${task}`);
});

function makeCrew(budget_usd?: number): Promise<string> {
  const task = (name: string, context: string[] = []) => taskOfAda({ name, context });
  return command.write('crew.crew.json', {
    format: 'crewlane/1',
    name: 'dear',
    settings: budget_usd === undefined ? {} : { budget_usd },
    agents: [ADA],
    tasks: [task('first'), task('second', ['first']), task('third', ['second'])],
  });
}

function run(file: string, ...more: string[]): string[] {
  return ['run', file, '--base-url', server.baseUrl, '--model', 'm', ...more];
}

async function lastRun(): Promise<string> {
  const names = await readdir(join(command.home, 'runs'));
  return join(command.home, 'runs', names.sort().at(-1) ?? '');
}

describe('a budget without a terminal', () => {
  it('A run without a terminal exits with 3 when its budget is used up, and a resume needs a larger budget.', async () => {
    const ended = await command.run(run(await makeCrew(0.35), '--json'));
    expect(ended.code).toBe(3);
    const object = runOf(ended);
    expect(object).toMatchObject({ outcome: 'interrupted', reason: 'budget', completed_tasks: 2, pending_tasks: 1 });
    expect(object.cost_usd).toBeCloseTo(0.4);
    expect(ended.stderr).toContain('Its budget of $0.35 is used up: $0.40 spent, 1 task left.');
    expect(ended.stderr).toContain(`resume ${object.run_dir} --budget USD`);

    const again = await command.run(['resume', object.run_dir, '--json']);
    expect([again.code, runOf(again).reason]).toEqual([3, 'budget']);
    const tooLittle = await command.run(['resume', object.run_dir, '--budget', '0.4', '--json']);
    expect([tooLittle.code, problemsOf(tooLittle)[0]?.code]).toEqual([2, 'budget']);
    const more = await command.run(['resume', object.run_dir, '--budget', '1', '--json']);
    expect([more.code, runOf(more).outcome]).toEqual([0, 'completed']);
    expect(['first', 'second', 'third'].map((task) => server.callsOf(task))).toEqual([1, 1, 1]);
  });

  it('--budget overrides the budget in the file.', async () => {
    const ended = await command.run(run(await makeCrew(), '--budget', '0.1', '--json'));
    expect([ended.code, runOf(ended).reason, runOf(ended).completed_tasks]).toEqual([3, 'budget', 1]);
    const wide = await command.run(run(await makeCrew(0.1), '--budget', '5', '--json'));
    expect(wide.code).toBe(0);
    const wrong = await command.run(run(await makeCrew(), '--budget', 'much'));
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('US dollars')]);
  });

  it('A budget is refused if a model price is unknown or the price file cannot be read.', async () => {
    const file = await makeCrew(1);
    const unknown = await command.run(['run', file, '--base-url', server.baseUrl, '--model', 'other', '--json']);
    expect([unknown.code, problemsOf(unknown)[0]?.code]).toEqual([2, 'unknown_price']);
    const home = command.path('broken-prices');
    await mkdir(home);
    await writeFile(join(home, 'prices.json'), '{ "m": 3 }');
    const broken = await command.run(run(file, '--json'), { CREWLANE_HOME: home });
    expect([broken.code, problemsOf(broken)[0]?.code]).toEqual([2, 'prices']);
    expect(broken.stderr).toContain(join(home, 'prices.json'));
  });
});

describe('a budget in tokens', () => {
  it('A run is interrupted when its tokens are used, also with a model of unknown price, and a larger budget resumes it.', async () => {
    const file = await makeCrew();
    const args = ['run', file, '--base-url', server.baseUrl, '--model', 'other', '--budget-tokens', '20', '--json'];
    const ended = await command.run(args);
    expect(ended.code).toBe(3);
    const interrupted = runOf(ended);
    expect(interrupted).toMatchObject({ outcome: 'interrupted', reason: 'budget' });
    expect((await eventsOf(interrupted.run_dir)).filter(({ type }) => type === 'budget.reached')).toMatchObject([
      { budget_tokens: 20, spent_tokens: 30 },
    ]);
    const refused = await command.run(['resume', interrupted.run_dir, '--budget-tokens', '30', '--json']);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('30 tokens')]);
    const resumed = await command.run(['resume', interrupted.run_dir, '--budget-tokens', '1000', '--json']);
    expect(runOf(resumed).outcome).toBe('completed');
  });

  it('A budget in US dollars does not require known prices if tokens are limited too.', async () => {
    const args = ['run', await makeCrew(1), '--base-url', server.baseUrl, '--model', 'other', '--json'];
    expect((await command.run([...args, '--budget-tokens', '1000'])).code).toBe(0);
    const wrong = await command.run([...args, '--budget-tokens', '1.5']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('tokens')]);
    expect((await command.run([...args, '--budget-usd', '2'])).code).toBe(2);
  });
});

describe('a budget at a terminal', () => {
  it('The budget question shows the amount spent, the tasks left and their estimated cost.', async () => {
    const running = command.startAtTerminal(run(await makeCrew(0.2)));
    await running.waitForScreen('The budget of $0.20 is used up');
    await running.waitForScreen('$0.20 spent; 2 tasks left, about $0.40 more');
    await running.waitForScreen('New total budget');
    running.type('0.1\n');
    await running.waitForScreen('greater than the $0.20');
    await running.waitForScreen('New total budget');
    running.type('$2\n');
    expect((await running.ended).code).toBe(0);
    const set = (await eventsOf(await lastRun())).filter((event) => event.type === 'budget.set');
    expect(set).toMatchObject([{ budget_usd: 2 }]);
  });

  it('A run is interrupted if the person does not raise the budget, and a resume asks again.', async () => {
    const running = command.startAtTerminal(run(await makeCrew(0.2)));
    await running.waitForScreen('New total budget');
    running.type('\n');
    expect((await running.ended).code).toBe(3);
    const resumed = command.startAtTerminal(['resume', await lastRun()]);
    await resumed.waitForScreen('New total budget');
    resumed.type('9\n');
    expect((await resumed.ended).code).toBe(0);
  });
});
