import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deleteRun } from '../launch/delete.ts';
import {
  AGENTS,
  batchOf,
  blockAfter,
  counting,
  csv,
  makeCrew,
  run,
  runDirs,
  SIDES,
  TOPICS,
} from './testing/batches.ts';
import { eventsOf, problemsOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { answer, callTool, refuse } from './testing/model-server.ts';
import { until } from './testing/running-command.ts';

/** Every file below a folder, with its content. */
function filesIn(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [relative(folder, path), readFileSync(path, 'utf8')];
    }),
  );
}

describe('a batch', () => {
  it('A batch runs one row per line on shared slots and reports each row and the whole batch.', async () => {
    const counts = counting(3);
    const out = command.path('out');
    const args = run(await makeCrew('share_crew'), await csv('share'), '--slots', '3', '--out', out);
    const ended = await command.run(args);
    expect(ended).toMatchObject({ code: 0 });
    const batch = batchOf(ended);
    expect(batch).toMatchObject({ outcome: 'completed', success_rate: 100 });
    expect(batch.rows.map((row) => row.results.map(({ result }) => result))).toEqual(
      TOPICS.map((topic) => [`${topic}_left is done`, `${topic}_right is done`, `${topic}_both is done`]),
    );
    expect(server.calls).toHaveLength(18);
    expect(counts.most).toBe(3);
    expect(counts.rowsAtOnce).toBeGreaterThan(1);

    const names = await readdir(out);
    expect(names.sort()).toEqual(['BATCH_SUMMARY.md', 'batch.json', ...[1, 2, 3, 4, 5, 6].map((n) => `row_${n}`)]);
    const summary = await readFile(join(out, 'BATCH_SUMMARY.md'), 'utf8');
    expect(summary).toContain('**Peak Concurrency:** 3 turns at once');
    expect(summary).toContain('| [2](row_2/SHARE_SUMMARY.md) | topic: bees | completed | 3 of 3 |');
    expect(JSON.parse(await readFile(join(out, 'row_2', 'run.json'), 'utf8'))).toMatchObject({
      run_id: batch.rows[1]?.run_id,
      outcome: 'completed',
    });
    expect(await stat(command.path('workspace', 'rows', '6'))).toBeTruthy();

    const again = await command.run(['report', batch.batch_dir, '--out', command.path('again')]);
    expect(again).toMatchObject({ code: 0 });
    expect(filesIn(command.path('again'))).toEqual(filesIn(out));
    // Reports may replace the export of an earlier batch.
    expect(await command.run(args)).toMatchObject({ code: 0 });
  });

  it('The terminal says whether a batch is a rehearsal.', async () => {
    const file = await makeCrew('rehearsed_crew', { tasks: SIDES.slice(0, 1) });
    const inputs = await csv('rehearsed', ['ants']);
    const rehearsal = await command.run(['run', file, '--inputs', inputs, '--trust']);
    expect(rehearsal).toMatchObject({ code: 0 });
    expect(rehearsal.stderr).toContain('Rehearsal: no model is called');
    const real = await command.run(run(file, inputs));
    expect(real).toMatchObject({ code: 0 });
    expect(real.stderr).not.toContain('Rehearsal');
  });

  it('Pools and agent limits apply across all rows, and reports name the tasks that waited for them.', async () => {
    const open = new Map<string, number>();
    const most: Record<string, number> = { left: 0, right: 0 };
    let rowsStarted = 0;
    server.reply = (response, { task }) => {
      const name = task.split('_')[1] ?? '';
      open.set(name, (open.get(name) ?? 0) + 1);
      most[name] = Math.max(most[name] ?? 0, open.get(name) ?? 0);
      if (name === 'right') rowsStarted += 1;
      // The first two calls are answered together, so both tasks blocked a unit at once, and only when four rows have
      // started, so two of them wait for a unit.
      const timer = setInterval(() => {
        if (name === 'left' && ((most[name] ?? 0) < 2 || rowsStarted < 4)) return;
        clearInterval(timer);
        open.set(name, (open.get(name) ?? 0) - 1);
        answer(response, `${task} is done`);
      }, 60);
    };
    const out = command.path('pools');
    const [left, right, both] = SIDES;
    const file = await makeCrew('pools_crew', {
      agents: [...AGENTS, { name: 'bob', role: 'Worker', goal: 'Work', max_concurrent: 1 }],
      pools: [{ name: 'db', capacity: 2 }],
      tasks: [{ ...left, resources: [{ pool: 'db', units: 1 }] }, { ...right, agent: 'bob' }, both],
    });
    const ended = await command.run(run(file, await csv('pools'), '--slots', '8', '--out', out));
    expect(ended).toMatchObject({ code: 0 });
    expect(most).toMatchObject({ left: 2, right: 1 });
    const summary = await readFile(join(out, 'BATCH_SUMMARY.md'), 'utf8');
    expect(summary).toMatch(/\| `db` \| 2 \| 2 \|/);
    expect(summary).toMatch(/\| turns of `bob` \| 1 \| 1 \|/);
    const results = await Promise.all(
      TOPICS.map((_, at) => readFile(join(out, `row_${at + 1}`, 'left_result.md'), 'utf8')),
    );
    expect(results.filter((text) => text.includes('pool (`db`)')).length).toBeGreaterThan(1);
  });

  it('Rows lease units of a declared pool one after the other, and pools created by the tool are separate per row.', async () => {
    server.reply = (response, { task }) => {
      const sent = JSON.stringify(server.sent.at(-1));
      const takes = (resource: string) =>
        callTool(response, 'shared_resource_pool', { action: 'acquire_resource', resource_id: resource });
      if (!sent.includes('Resource seat acquired')) takes('seat');
      else if (!sent.includes('Resource own acquired')) takes('own');
      else setTimeout(() => answer(response, `${task} is done`), 50);
    };
    const [left] = SIDES;
    const file = await makeCrew('leases_crew', {
      agents: [{ ...AGENTS[0], tools: ['shared_resource_pool'] }],
      pools: [{ name: 'seat', capacity: 1 }],
      tasks: [left],
    });
    const ended = await command.run(run(file, await csv('leases', TOPICS.slice(0, 4)), '--slots', '4'));
    expect(ended).toMatchObject({ code: 0 });
    const leases = await Promise.all(
      batchOf(ended).rows.map(async ({ run_dir: dir }) => {
        const events = await eventsOf(dir);
        const [started] = events;
        const at = started?.type === 'run.started' ? (started.batch?.start_ms ?? 0) : 0;
        const times = events.flatMap((event) =>
          'resource' in event && event.resource === 'seat' && event.type !== 'resource.requested' ? [at + event.t] : [],
        );
        return { from: times[0] ?? 0, to: times[1] ?? 0 };
      }),
    );
    leases.sort((a, b) => a.from - b.from);
    for (const [at, { from }] of leases.entries()) expect(from).toBeGreaterThanOrEqual(leases[at - 1]?.to ?? 0);
  });

  it('A deleted row does not count: resume does not run it again, and reports mention it.', async () => {
    const ended = await command.run(run(await makeCrew('deleted_crew'), await csv('deleted', TOPICS.slice(0, 3))));
    const { batch_dir: dir, rows } = batchOf(ended);
    const calls = server.calls.length;
    expect(await deleteRun(rows[1]?.run_dir ?? '')).toEqual({ ok: true });
    const resumed = await command.run(['resume', dir, '--json']);
    expect(resumed).toMatchObject({ code: 0 });
    expect(batchOf(resumed)).toMatchObject({ outcome: 'completed', success_rate: 100 });
    expect(batchOf(resumed).rows.map(({ run_id }) => run_id)).toEqual([rows[0]?.run_id, rows[2]?.run_id]);
    expect(server.calls).toHaveLength(calls);

    const out = command.path('deleted');
    expect(await command.run(['report', dir, '--out', out])).toMatchObject({ code: 0 });
    expect((await readdir(out)).sort()).toEqual(['BATCH_SUMMARY.md', 'batch.json', 'row_1', 'row_3']);
    const summary = await readFile(join(out, 'BATCH_SUMMARY.md'), 'utf8');
    expect(summary).toContain('> 1 row of this batch was deleted later. No figure counts it.');
    expect(summary).toContain('**Outcome:** completed');
    expect(JSON.parse(await readFile(join(out, 'batch.json'), 'utf8'))).toMatchObject({ figures: { deleted: 1 } });
  });

  it('A batch exits with the code of its worst row, completes the other rows and names the failed ones.', async () => {
    counting(2, (response, call) => {
      if (/^(bees|eels)_left/.test(call.task)) refuse(response, 400);
      else answer(response, `${call.task} is done`);
    });
    const rows = await command.write('rows.json', JSON.stringify(TOPICS.map((topic) => ({ topic, unused: 1 }))));
    const out = command.path('failed');
    const ended = await command.run(run(await makeCrew('fails_crew'), rows, '--slots', '2', '--out', out));
    expect(ended.code).toBe(1);
    const { outcome, success_rate, rows: ran } = batchOf(ended);
    expect(outcome).toBe('completed_degraded');
    expect(success_rate).toBeCloseTo((16 / 18) * 100, 10);
    expect(ran.map((row) => row.outcome)).toEqual(
      ['', '_degraded', '', '', '_degraded', ''].map((end) => `completed${end}`),
    );
    expect(ended.stderr).toContain('No text uses the input "unused"');
    const summary = await readFile(join(out, 'BATCH_SUMMARY.md'), 'utf8');
    expect(summary).toMatch(/\| Left \| `http` \| .*400.* \| 2 \| 2, 5 \|/);
  });

  it('A second batch in the same workspace is refused while the first is in progress.', async () => {
    const blocked = blockAfter(0);
    const file = await makeCrew('busy');
    const running = command.start(run(file, await csv('busy'), '--slots', '2'));
    await until(blocked.isBlocking, () => 'two calls are blocked');
    const second = await command.run(run(file, await csv('busy')));
    expect(second.code).toBe(2);
    expect(problemsOf(second)[0]?.code).toBe('workspace_locked');
    running.signal('SIGTERM');
    await running.ended;
  });

  it('The list of runs contains the rows of a batch.', async () => {
    counting(1);
    await command.run(run(await makeCrew('listed'), await csv('listed', ['x', 'y'])));
    const { stdout } = await command.run(['runs']);
    expect(stdout).toMatch(/listed +completed .*row 2 of 2 of batch /);
  });

  it('Invalid rows are refused before anything starts or is written.', async () => {
    const file = await makeCrew('refused');
    const before = await runDirs('');
    const ragged = await command.write('ragged.csv', 'topic,n\nbees,1\n\nants\n');
    const ended = await command.run(run(file, ragged, '--out', command.path('never')));
    expect(ended.code).toBe(2);
    expect(problemsOf(ended)).toMatchObject([{ code: 'inputs', line: 4 }]);
    const missing = await command.write('missing.json', '[{ "topic": "bees" }, { "n": 1 }]');
    expect(problemsOf(await command.run(run(file, missing)))[0]?.message).toMatch(/Row 2 has no value for "topic"/);
    expect(await runDirs('')).toEqual(before);
    await expect(stat(command.path('never'))).rejects.toThrow();
  });
});
