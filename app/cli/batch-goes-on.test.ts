import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { batchOf, crew, csv, holdAfter, run, runDirs, SIDES } from './testing/batches.ts';
import { eventsOf, runOf, until } from './testing/built.ts';
import { command, server } from './testing/command-and-server.ts';
import { answer, type Reply, refuse } from './testing/model-server.ts';

const WAIT_LONG = { 'retry-after': '300' };

describe('a batch that is cut off, or waits for somebody', () => {
  it('is interrupted by a signal and can be gone on with: kept is what was answered, begun what had not', async () => {
    const held = holdAfter(5);
    const inputs = await csv('interrupted');
    const running = command.start(run(await crew('interrupted'), inputs, '--slots', '2'));
    await until(held.isHolding, () => 'two calls are held');
    running.signal('SIGTERM');
    const ended = await running.ended;
    expect(ended.code).toBe(3);
    const batch = batchOf(ended);
    expect(batch.outcome).toBe('interrupted');
    expect(batch.rows).toHaveLength(6);
    expect(
      batch.rows.filter(({ outcome }) => outcome === 'interrupted').every(({ reason }) => reason === 'signal'),
    ).toBe(true);
    const unbegun = batch.rows.filter(({ run_id }) => run_id === null);
    expect(unbegun.length).toBeGreaterThan(0);
    expect(ended.stderr).toContain(`resume ${batch.batch_dir}`);

    const answered = new Set(held.answered);
    server.asked.length = 0;
    held.letGo();
    const resumed = await command.run(['resume', batch.batch_dir, '--json']);
    expect(resumed.code).toBe(0);
    expect(batchOf(resumed)).toMatchObject({ outcome: 'completed', success_rate: 100 });
    expect(server.asked.filter(({ task }) => answered.has(task))).toEqual([]);
    expect(server.asked).toHaveLength(18 - answered.size);
    // The rows' times lie over each other as they were, also after they went on.
    const out = command.path('gone-on');
    await command.run(['report', batch.batch_dir, '--out', out]);
    expect(JSON.parse(await readFile(join(out, 'batch.json'), 'utf8'))).toMatchObject({
      figures: { concurrency: { peak: 2 } },
    });
    expect(await command.run(['resume', batch.batch_dir, '--json'])).toMatchObject({ code: 0 });
  });

  it('begins a row of which an earlier process had made no more than the folder, or an empty journal', async () => {
    const held = holdAfter(2);
    const running = command.start(run(await crew('unbegun'), await csv('unbegun'), '--slots', '2'));
    await until(held.isHolding, () => 'two calls are held');
    running.signal('SIGKILL');
    await running.ended;
    held.letGo();
    const batch = (await runDirs('unbegun'))[0]?.replace(/-row-\d+$/, '') ?? '';
    await mkdir(`${batch}-row-5`);
    await mkdir(`${batch}-row-6`);
    await writeFile(join(`${batch}-row-6`, 'events.jsonl'), '');
    const resumed = await command.run(['resume', batch, '--json']);
    expect([resumed.code, batchOf(resumed).success_rate]).toEqual([0, 100]);
  });

  it('survives kill -9: each row that had begun goes on as a run of its own', async () => {
    const held = holdAfter(5);
    const running = command.start(run(await crew('killed'), await csv('killed'), '--slots', '2'));
    await until(held.isHolding, () => 'two calls are held');
    const dirs = await runDirs('killed');
    expect(await command.run(['resume', dirs[0] ?? '', '--json'])).toMatchObject({ code: 2 });
    running.signal('SIGKILL');
    await running.ended;
    held.letGo();
    server.asked.length = 0;
    for (const dir of dirs) {
      const kept = (await eventsOf(dir)).flatMap((event) => (event.type === 'task.completed' ? [event.task] : []));
      const resumed = await command.run(['resume', dir, '--json']);
      expect(resumed).toMatchObject({ code: 0 });
      expect(runOf(resumed)).toMatchObject({ outcome: 'completed', success_rate: 100 });
      const again = runOf(resumed).results.filter(({ task, attempts }) => kept.includes(task) && attempts > 1);
      expect(again).toEqual([]);
    }
    // The batch's report tells of rows that went on alone, and of those that never began.
    const folder = (dirs[0] ?? '').replace(/-row-\d+$/, '');
    const out = command.path('killed_out');
    expect(await command.run(['report', folder, '--out', out])).toMatchObject({ code: 0 });
    const summary = await readFile(join(out, 'BATCH_SUMMARY.md'), 'utf8');
    expect(summary).toContain('**Rows That Went On Alone:**');
    expect(summary).toContain('not started');
  });

  it.each<[string, 'provider' | 'minute', { max_rpm?: number }, Reply]>([
    ['what its rows used of the minute', 'minute', { max_rpm: 2 }, (response, { task }) => answer(response, task)],
    ['how long the provider asked it to wait', 'provider', {}, (response) => refuse(response, 429, WAIT_LONG)],
  ])('goes on with %s', async (_, by, limits, reply) => {
    server.reply = reply;
    const file = await crew(`limited_${by}`, { settings: { retries: { max: 0 }, ...limits } });
    const heldRows = async () => {
      const rows = await Promise.all((await runDirs(`limited_${by}`)).map((dir) => eventsOf(dir).catch(() => [])));
      return rows.map((events) => events.slice(events.findLastIndex(({ type }) => type === 'run.resumed') + 1));
    };
    const isHeld = async (from: number) =>
      (await heldRows()).some((events) =>
        events.some((event) => event.type === 'agent.held' && event.by === by && event.seq > from),
      );
    const running = command.start(run(file, await csv(`limited_${by}`), '--slots', '2'));
    await expect.poll(() => isHeld(0)).toBe(true);
    running.signal('SIGTERM');
    const { batch_dir, rows } = batchOf(await running.ended);
    const last = Math.max(...(await heldRows()).flat().map(({ seq }) => seq));
    server.asked.length = 0;
    const resumed = command.start(['resume', batch_dir, '--json']);
    await expect.poll(() => isHeld(last)).toBe(true);
    resumed.signal('SIGTERM');
    const ended = await resumed.ended;
    expect(ended.code).toBe(3);
    expect(server.asked).toEqual([]);
    // What the rows were told of it can be read again.
    const begun = rows.flatMap(({ run_id }) => run_id ?? []);
    expect(batchOf(ended).rows.map(({ run_id }) => run_id)).toEqual(expect.arrayContaining(begun));
  });

  it('has one budget for all rows, and with more money asks for nothing again', async () => {
    await writeFile(join(command.home, 'prices.json'), '{ "m": { "prompt": 10000, "completion": 20000 } }');
    server.reply = (response, { task }) => answer(response, `${task} is done`);
    const ended = await command.run(run(await crew('dear'), await csv('dear'), '--slots', '2', '--budget', '0.5'));
    expect(ended.code).toBe(3);
    const batch = batchOf(ended);
    expect(new Set(batch.rows.map(({ reason }) => reason))).toEqual(new Set(['budget']));
    // Each call costs 20 cents; besides the three that use it up only those in flight are paid for.
    expect(server.asked.length).toBeLessThanOrEqual(4);
    expect(ended.stderr).toContain(`resume ${batch.batch_dir} --budget USD`);
    const more = await command.run(['resume', batch.batch_dir, '--budget', '10', '--json']);
    expect([more.code, batchOf(more).success_rate]).toEqual([0, 100]);
    expect(server.asked).toHaveLength(18);
  });

  it('keeps the budget that it was given last, for rows that had not begun too', async () => {
    await mkdir(command.home, { recursive: true });
    await command.write('home/prices.json', { m: { prompt: 10_000, completion: 20_000 } });
    server.reply = (response, { task }) => answer(response, `${task} is done`);
    const args = run(await crew('raised'), await csv('raised'), '--slots', '2', '--budget', '0.5');
    const { batch_dir } = batchOf(await command.run(args));
    const held = holdAfter(2);
    const running = command.start(['resume', batch_dir, '--budget', '10', '--json']);
    await until(held.isHolding, () => 'two calls are held');
    running.signal('SIGTERM');
    expect((await running.ended).code).toBe(3);
    held.letGo();
    const last = await command.run(['resume', batch_dir, '--json']);
    expect([last.code, batchOf(last).success_rate]).toEqual([0, 100]);
  });

  it('asks nobody for reviews, and approves them once it goes on with --approve-all', async () => {
    server.reply = (response, { task }) => answer(response, `${task} is done`);
    const task = { description: 'Do {topic}_a.', expected_output: 'A word', agent: 'ada' };
    const file = await crew('reviewed', { tasks: [{ name: 'a', ...task, human_review: 'after' }] });
    const ended = await command.run(run(file, await csv('reviewed', ['ants', 'bees']), '--slots', '1'));
    const batch = batchOf(ended);
    expect([ended.code, batch.rows.map(({ reason }) => reason)]).toEqual([3, ['review', 'review']]);
    const approved = await command.run(['resume', batch.batch_dir, '--approve-all', '--json']);
    expect([approved.code, batchOf(approved).success_rate]).toEqual([0, 100]);
    expect(server.asked).toHaveLength(2);
  });

  it('asks at a terminal, one question at a time, and says which row each is about', async () => {
    server.reply = (response, { task }) => answer(response, `${task} is done`);
    const [left] = SIDES;
    const file = await crew('asked', { tasks: [{ ...left, human_review: 'after' }] });
    const args = run(file, await csv('asked', ['ants', 'bees', 'cats']), '--slots', '1');
    const running = command.startAtTerminal(args);
    for (const [at, topic] of ['ants', 'bees', 'cats'].entries()) {
      await running.shows(`Row ${at + 1} (topic=${topic}) · Left, by ada: Approve this result?`);
      await running.shows(`${topic}_left is done`);
      await running.shows('[a]pprove');
      running.type('a\n');
    }
    expect((await running.ended).code).toBe(0);
    expect(server.asked).toHaveLength(3);

    const leaving = command.startAtTerminal(args);
    await leaving.shows('[a]pprove');
    leaving.type('\u0004');
    expect((await leaving.ended).code).toBe(3);
  });

  it('asks at a terminal for more money, once for all rows', async () => {
    await command.write('home/prices.json', { m: { prompt: 100_000, completion: 0 } });
    server.reply = (response, { task }) => answer(response, `${task} is done`);
    const [left] = SIDES;
    const file = await crew('paid', { tasks: [left], settings: { budget_usd: 1.5 } });
    const args = run(file, await csv('paid', ['ants', 'bees', 'cats', 'dogs']), '--slots', '1');
    const running = command.startAtTerminal(args);
    await running.shows('The budget of $1.50 is used up');
    await running.shows('$2.00 spent; 2 tasks left.');
    await running.shows('New budget for the whole batch');
    running.type('9\n');
    expect((await running.ended).code).toBe(0);
    expect(server.asked).toHaveLength(4);
  });
});
