import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { batchOf, blockAfter, csv, makeCrew, run, runDirs, SIDES } from './testing/batches.ts';
import { eventsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { answer, type Reply, refuse } from './testing/model-server.ts';
import { until } from './testing/running-command.ts';

const WAIT_LONG = { 'retry-after': '300' };

describe('an interrupted batch', () => {
  it('A batch interrupted by a signal resumes without repeating answered calls.', async () => {
    const blocked = blockAfter(5);
    const inputs = await csv('interrupted');
    const running = command.start(run(await makeCrew('interrupted'), inputs, '--slots', '2'));
    await until(blocked.isBlocking, () => 'two calls are blocked');
    running.signal('SIGTERM');
    const ended = await running.ended;
    expect(ended.code).toBe(3);
    const batch = batchOf(ended);
    expect(batch.outcome).toBe('interrupted');
    expect(batch.rows).toHaveLength(6);
    expect(
      batch.rows.filter(({ outcome }) => outcome === 'interrupted').every(({ reason }) => reason === 'signal'),
    ).toBe(true);
    const notStarted = batch.rows.filter(({ run_id }) => run_id === null);
    expect(notStarted.length).toBeGreaterThan(0);
    expect(ended.stderr).toContain(`resume ${batch.batch_dir}`);

    const answered = new Set(blocked.answered);
    server.calls.length = 0;
    blocked.release();
    const resumed = await command.run(['resume', batch.batch_dir, '--json']);
    expect(resumed.code).toBe(0);
    expect(batchOf(resumed)).toMatchObject({ outcome: 'completed', success_rate: 100 });
    expect(server.calls.filter(({ task }) => answered.has(task))).toEqual([]);
    expect(server.calls).toHaveLength(18 - answered.size);
    // The rows still overlap in time in the report after they were resumed.
    const out = command.path('resumed');
    await command.run(['report', batch.batch_dir, '--out', out]);
    expect(JSON.parse(await readFile(join(out, 'batch.json'), 'utf8'))).toMatchObject({
      figures: { concurrency: { peak: 2 } },
    });
    expect(await command.run(['resume', batch.batch_dir, '--json'])).toMatchObject({ code: 0 });
  });

  it('A resumed batch starts a row that has only a folder or an empty journal.', async () => {
    const blocked = blockAfter(2);
    const running = command.start(run(await makeCrew('not_started'), await csv('not_started'), '--slots', '2'));
    await until(blocked.isBlocking, () => 'two calls are blocked');
    running.signal('SIGKILL');
    await running.ended;
    blocked.release();
    const batch = (await runDirs('not_started'))[0]?.replace(/-row-\d+$/, '') ?? '';
    await mkdir(`${batch}-row-5`);
    await mkdir(`${batch}-row-6`);
    await writeFile(join(`${batch}-row-6`, 'events.jsonl'), '');
    const resumed = await command.run(['resume', batch, '--json']);
    expect([resumed.code, batchOf(resumed).success_rate]).toEqual([0, 100]);
  });

  it('After kill -9, each started row can be resumed as a separate run.', async () => {
    const blocked = blockAfter(5);
    const running = command.start(run(await makeCrew('killed'), await csv('killed'), '--slots', '2'));
    await until(blocked.isBlocking, () => 'two calls are blocked');
    const dirs = await runDirs('killed');
    expect(await command.run(['resume', dirs[0] ?? '', '--json'])).toMatchObject({ code: 2 });
    running.signal('SIGKILL');
    await running.ended;
    blocked.release();
    server.calls.length = 0;
    // Which rows the five answered calls belong to depends on which slot was ready first; one may have finished.
    const started = await Promise.all(dirs.map(async (dir) => ({ dir, events: await eventsOf(dir) })));
    const unfinished = started.filter(({ events }) => !events.some(({ type }) => type === 'run.finished'));
    expect(unfinished.length).toBeGreaterThanOrEqual(1);
    for (const { dir, events } of unfinished) {
      const completed = events.flatMap((event) => (event.type === 'task.completed' ? [event.task] : []));
      const resumed = await command.run(['resume', dir, '--json']);
      expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
      expect(runOf(resumed)).toMatchObject({ outcome: 'completed', success_rate: 100 });
      const again = runOf(resumed).results.filter(({ task, attempts }) => completed.includes(task) && attempts > 1);
      expect(again).toEqual([]);
    }
    // The batch report lists rows that were resumed separately and rows that never started.
    const folder = (dirs[0] ?? '').replace(/-row-\d+$/, '');
    const out = command.path('killed_out');
    expect(await command.run(['report', folder, '--out', out])).toMatchObject({ code: 0 });
    const summary = await readFile(join(out, 'BATCH_SUMMARY.md'), 'utf8');
    expect(summary).toContain('**Rows Resumed Alone:**');
    expect(summary).toContain('not started');
  });

  it.each<[string, 'provider' | 'minute', { max_rpm?: number }, Reply]>([
    ['calls of the last minute', 'minute', { max_rpm: 2 }, (response, { task }) => answer(response, task)],
    ['cooldown of the provider', 'provider', {}, (response) => refuse(response, 429, WAIT_LONG)],
  ])('A resumed batch respects the %s.', async (_, by, limits, reply) => {
    server.reply = reply;
    const file = await makeCrew(`limited_${by}`, { settings: { retries: { max: 0 }, ...limits } });
    const eventsSinceResume = async () => {
      const rows = await Promise.all((await runDirs(`limited_${by}`)).map((dir) => eventsOf(dir).catch(() => [])));
      return rows.map((events) => events.slice(events.findLastIndex(({ type }) => type === 'run.resumed') + 1));
    };
    const isThrottled = async (from: number) =>
      (await eventsSinceResume()).some((events) =>
        events.some((event) => event.type === 'agent.held' && event.by === by && event.seq > from),
      );
    const running = command.start(run(file, await csv(`limited_${by}`), '--slots', '2'));
    await expect.poll(() => isThrottled(0)).toBe(true);
    running.signal('SIGTERM');
    const { batch_dir, rows } = batchOf(await running.ended);
    const last = Math.max(...(await eventsSinceResume()).flat().map(({ seq }) => seq));
    server.calls.length = 0;
    const resumed = command.start(['resume', batch_dir, '--json']);
    await expect.poll(() => isThrottled(last)).toBe(true);
    resumed.signal('SIGTERM');
    const ended = await resumed.ended;
    expect(ended.code).toBe(3);
    expect(server.calls).toEqual([]);
    // The journals with the throttling events can be read again.
    const started = rows.flatMap(({ run_id }) => run_id ?? []);
    expect(batchOf(ended).rows.map(({ run_id }) => run_id)).toEqual(expect.arrayContaining(started));
  });

  it('A batch has one budget for all rows, and repeats no call after the budget is raised.', async () => {
    await mkdir(command.home, { recursive: true });
    await writeFile(join(command.home, 'prices.json'), '{ "m": { "prompt": 10000, "completion": 20000 } }');
    // Answers wait until a second row has started. Otherwise the first row could complete within the budget.
    const hasEvents = (dir: string) => eventsOf(dir).then((events) => events.length > 0);
    const hasSecondRow = async () => {
      // A folder that is being created has no files yet.
      const started = await runDirs('dear')
        .then((dirs) => Promise.all(dirs.map(hasEvents)))
        .catch(() => []);
      return started.filter(Boolean).length > 1;
    };
    server.reply = (response, { task }) =>
      void until(hasSecondRow, () => 'a second row').then(() => answer(response, `${task} is done`));
    const ended = await command.run(run(await makeCrew('dear'), await csv('dear'), '--slots', '2', '--budget', '0.5'));
    expect(ended.code).toBe(3);
    const batch = batchOf(ended);
    expect(new Set(batch.rows.map(({ reason }) => reason))).toEqual(new Set(['budget']));
    // Each call costs 20 cents. Three calls use up the budget; only calls already in flight may follow.
    expect(server.calls.length).toBeLessThanOrEqual(4);
    expect(ended.stderr).toContain(`resume ${batch.batch_dir} --budget USD`);
    const more = await command.run(['resume', batch.batch_dir, '--budget', '10', '--json']);
    expect([more.code, batchOf(more).success_rate]).toEqual([0, 100]);
    expect(server.calls).toHaveLength(18);
  });

  it('A resumed batch keeps its last budget, also for rows that had not started.', async () => {
    await mkdir(command.home, { recursive: true });
    await command.write('home/prices.json', { m: { prompt: 10_000, completion: 20_000 } });
    server.reply = (response, { task }) => answer(response, `${task} is done`);
    const args = run(await makeCrew('raised'), await csv('raised'), '--slots', '2', '--budget', '0.5');
    const { batch_dir } = batchOf(await command.run(args));
    const blocked = blockAfter(2);
    const running = command.start(['resume', batch_dir, '--budget', '10', '--json']);
    await until(blocked.isBlocking, () => 'two calls are blocked');
    running.signal('SIGTERM');
    expect((await running.ended).code).toBe(3);
    blocked.release();
    const last = await command.run(['resume', batch_dir, '--json']);
    expect([last.code, batchOf(last).success_rate]).toEqual([0, 100]);
  });

  it('A batch without a terminal waits for reviews, and a resume with --approve-all approves them.', async () => {
    server.reply = (response, { task }) => answer(response, `${task} is done`);
    const task = { description: 'Do {topic}_a.', expected_output: 'A word', agent: 'ada' };
    const file = await makeCrew('reviewed', { tasks: [{ name: 'a', ...task, human_review: 'after' }] });
    const ended = await command.run(run(file, await csv('reviewed', ['ants', 'bees']), '--slots', '1'));
    const batch = batchOf(ended);
    expect([ended.code, batch.rows.map(({ reason }) => reason)]).toEqual([3, ['review', 'review']]);
    const approved = await command.run(['resume', batch.batch_dir, '--approve-all', '--json']);
    expect([approved.code, batchOf(approved).success_rate]).toEqual([0, 100]);
    expect(server.calls).toHaveLength(2);
  });

  it('A batch at a terminal asks one question at a time and names the row of each.', async () => {
    server.reply = (response, { task }) => answer(response, `${task} is done`);
    const [left] = SIDES;
    const file = await makeCrew('reviewed_rows', { tasks: [{ ...left, human_review: 'after' }] });
    const args = run(file, await csv('reviewed_rows', ['ants', 'bees', 'cats']), '--slots', '1');
    const running = command.startAtTerminal(args);
    const asked: string[] = [];
    // The rows start at the same time, so that any of them can be the first to ask.
    while (asked.length < 3) {
      const [row = '', topic = ''] = await running.waitForScreenMatch(
        /Row (\d) \(topic=(\w+)\) · Left, by ada: Approve this result\?/,
      );
      asked.push(`${row} ${topic}`);
      await running.waitForScreen(`${topic}_left is done`);
      await running.waitForScreen('[a]pprove');
      running.type('a\n');
    }
    expect(asked.sort()).toEqual(['1 ants', '2 bees', '3 cats']);
    expect((await running.ended).code).toBe(0);
    expect(server.calls).toHaveLength(3);

    const leaving = command.startAtTerminal(args);
    await leaving.waitForScreen('[a]pprove');
    leaving.type('\u0004');
    expect((await leaving.ended).code).toBe(3);
  });

  it('A batch at a terminal asks once for a larger budget for all rows.', async () => {
    await command.write('home/prices.json', { m: { prompt: 100_000, completion: 0 } });
    server.reply = (response, { task }) => answer(response, `${task} is done`);
    const [left] = SIDES;
    const file = await makeCrew('paid', { tasks: [left], settings: { budget_usd: 1.5 } });
    const args = run(file, await csv('paid', ['ants', 'bees', 'cats', 'dogs']), '--slots', '1');
    const running = command.startAtTerminal(args);
    await running.waitForScreen('The budget of $1.50 is used up');
    await running.waitForScreen('$2.00 spent; 2 tasks left.');
    await running.waitForScreen('New total budget for the batch');
    running.type('9\n');
    expect((await running.ended).code).toBe(0);
    expect(server.calls).toHaveLength(4);
  });
});
