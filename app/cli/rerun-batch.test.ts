import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deleteRun } from '../launch/delete.ts';
import { batchOf, blockAfter, counting, csv, makeCrew, run, runDirs } from './testing/batches.ts';
import { eventsOf, problemsOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { answer, refuse } from './testing/model-server.ts';
import { until } from './testing/running-command.ts';

/** Refuses the calls of these tasks permanently, until the returned function is called. */
function breakTasks(...tasks: string[]): () => void {
  const usual = server.reply;
  server.reply = (response, call) =>
    tasks.includes(call.task) ? refuse(response, 400) : answer(response, `${call.task} is done`);
  return () => {
    server.reply = usual;
  };
}

/** The tasks that the server was called for since the last call of this function. */
function calledTasks(): string[] {
  return server.calls
    .splice(0)
    .map(({ task }) => task)
    .sort();
}

describe('rerun BATCH_DIR --failed', () => {
  it('rerun --failed repeats the failed tasks of all rows and reuses the rest in one complete batch.', async () => {
    const repair = breakTasks('bees_left', 'cats_left', 'cats_right', 'cats_both');
    const first = await command.run(run(await makeCrew('mend'), await csv('mend', ['ants', 'bees', 'cats'])));
    expect(batchOf(first).rows.map(({ outcome }) => outcome)).toEqual(['completed', 'completed_degraded', 'failed']);
    const { batch_dir: earlier } = batchOf(first);
    repair();
    calledTasks();
    const out = command.path('mended');
    const ended = await command.run(['rerun', earlier, '--failed', '--json', '--out', out]);
    expect(ended.stderr).toContain('Rerunning 2 of 3 rows, reusing 1.');
    expect(ended.code).toBe(0);
    expect(calledTasks()).toEqual(['bees_both', 'bees_left', 'cats_both', 'cats_left', 'cats_right']);
    const batch = batchOf(ended);
    expect(batch.batch_dir).not.toBe(earlier);
    expect(batch).toMatchObject({ outcome: 'completed', success_rate: 100 });
    expect(batch.rows.map(({ kept_tasks: reused }) => reused)).toEqual([3, 1, undefined]);
    expect(batch.rows[0]?.results.map(({ result }) => result)).toEqual([
      'ants_left is done',
      'ants_right is done',
      'ants_both is done',
    ]);
    const summary = await readFile(join(out, 'BATCH_SUMMARY.md'), 'utf8');
    expect(summary).toContain('**Reused Rows:** 1');
    expect(summary).toContain('**Reused Tasks:** 4');
    expect(summary).toMatch(/\| topic: ants \| completed \(reused\) \| 3 of 3 \|/);
    expect(summary).toMatch(/\| topic: bees \| completed \| 3 of 3 \|/);

    // The new batch does not need the earlier one: its own rerun finds nothing to do, and its reports stay complete.
    await rm(earlier, { recursive: true });
    const nothing = await command.run(['rerun', batch.batch_dir, '--failed', '--json']);
    expect([nothing.code, problemsOf(nothing)[0]?.code]).toEqual([2, 'nothing_to_run']);
    const again = await command.run(['report', batch.batch_dir, '--out', command.path('mended-again')]);
    expect(again.code).toBe(0);
  });

  it('An interrupted batch rerun resumes, and rows that had not started also reuse the earlier results.', async () => {
    const repair = breakTasks('ants_left', 'dogs_left');
    const topics = ['ants', 'bees', 'cats', 'dogs'];
    const first = batchOf(
      await command.run(run(await makeCrew('stopped'), await csv('stopped', topics), '--slots', '1')),
    );
    repair();
    calledTasks();
    const blocked = blockAfter(0);
    const running = command.start(['rerun', first.batch_dir, '--failed', '--json', '--slots', '1']);
    await until(
      () => server.calls.length > 0,
      () => 'a call is blocked',
    );
    running.signal('SIGTERM');
    const stopped = await running.ended;
    expect(stopped.code).toBe(3);
    blocked.release();
    calledTasks();
    const resumed = await command.run(['resume', batchOf(stopped).batch_dir, '--json']);
    expect(resumed.code).toBe(0);
    expect(calledTasks()).toEqual(['ants_both', 'ants_left', 'dogs_both', 'dogs_left']);
    expect(batchOf(resumed).rows.map(({ kept_tasks: reused }) => reused)).toEqual([1, 3, 3, 1]);
  });

  it('A batch rerun omits deleted rows and repeats a row completely if its results are missing.', async () => {
    const repair = breakTasks('bees_left');
    const topics = ['ants', 'bees', 'cats'];
    const first = batchOf(await command.run(run(await makeCrew('gone'), await csv('gone', topics))));
    repair();
    const [ants, , cats] = first.rows.map(({ run_id: id }) => join(command.home, 'runs', id ?? ''));
    expect(await deleteRun(ants ?? '')).toMatchObject({ ok: true });
    await rm(join(cats ?? '', 'events.jsonl'));
    calledTasks();
    const ended = await command.run(['rerun', first.batch_dir, '--failed', '--json']);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('Row 3 runs completely, because its earlier run cannot be read');
    expect(calledTasks()).toEqual(['bees_both', 'bees_left', 'cats_both', 'cats_left', 'cats_right']);
    const names = batchOf(ended).rows.map(({ run_id: id }) => id ?? '');
    expect(names.map((name) => /-row-(\d)$/.exec(name)?.[1])).toEqual(['2', '3']);
    const [started] = await eventsOf(join(command.home, 'runs', names[0] ?? ''));
    expect(started).toMatchObject({ type: 'run.started', kept_tasks: 1, batch: { row: 2, rows: 3 } });
  });

  it('A batch rerun without --failed is refused and names the alternatives.', async () => {
    counting(1);
    const { batch_dir: dir } = batchOf(await command.run(run(await makeCrew('part'), await csv('part', ['x', 'y']))));
    for (const part of [[], ['--stale'], ['--from', 'left'], ['--only', 'left']]) {
      const refused = await command.run(['rerun', dir, ...part, '--json']);
      expect([refused.code, problemsOf(refused)[0]?.code]).toEqual([2, 'batch']);
      expect(refused.stderr).toContain('only with --failed');
    }
  });

  it('A batch rerun is refused while the batch is in progress.', async () => {
    const blocked = blockAfter(0);
    const running = command.start(run(await makeCrew('live'), await csv('live', ['x', 'y']), '--slots', '2'));
    await until(blocked.isBlocking, () => 'two calls are blocked');
    const batch = (await runDirs('live'))[0]?.replace(/-row-\d+$/, '') ?? '';
    const refused = await command.run(['rerun', batch, '--failed', '--json']);
    expect([refused.code, problemsOf(refused)[0]?.code]).toEqual([2, 'run_locked']);
    running.signal('SIGTERM');
    await running.ended;
  });
});
