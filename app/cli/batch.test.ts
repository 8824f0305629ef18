import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunObject } from '../reports/run-json.ts';
import { type Ended, eventsOf, problemsOf, runOf, until } from './testing/built.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, type Asked, answer, callTool, type Reply, refuse, taskOfAda } from './testing/model-server.ts';

interface BatchObject {
  outcome: string;
  success_rate: number;
  batch_dir: string;
  rows: (Omit<RunObject, 'run_id'> & { run_id: string | null })[];
}

/** Two tasks side by side and one that needs both; each tells the server its row and itself, as `bees_left`. */
const task = (name: string, context: string[] = []) => taskOfAda({ name, description: `Do {topic}_${name}.`, context });
const SIDES = [task('left'), task('right'), task('both', ['left', 'right'])];
const AGENTS = [ADA];

function crew(name: string, more: object = {}): Promise<string> {
  return command.write(`${name}.crew.json`, {
    format: 'crewlane/1',
    name,
    settings: { retries: { max: 0 } },
    agents: AGENTS,
    tasks: SIDES,
    ...more,
  });
}

const TOPICS = ['ants', 'bees', 'cats', 'dogs', 'eels', 'fish'];

function csv(name: string, topics = TOPICS): Promise<string> {
  return command.write(`${name}.csv`, `topic\n${topics.join('\n')}\n`);
}

function run(file: string, inputs: string, ...more: string[]): string[] {
  const at = ['--base-url', server.baseUrl, '--model', 'm'];
  return ['run', file, '--inputs', inputs, ...at, '--json', ...more];
}

function batchOf({ stdout }: Ended): BatchObject {
  return JSON.parse(stdout) as BatchObject; // What the command promises; the tests look whether it keeps it.
}

/** Answers once so many have been asked at once, from then on after a moment, and counts how many that are. */
function counting(atOnce: number, reply: Reply = (response, { task }) => answer(response, `${task} is done`)) {
  const counts = { now: 0, most: 0, rowsAtOnce: 0 };
  const open = new Map<object, string>();
  server.reply = (response, asked) => {
    open.set(response, asked.task.split('_')[0] ?? '');
    counts.now += 1;
    counts.most = Math.max(counts.most, counts.now);
    counts.rowsAtOnce = Math.max(counts.rowsAtOnce, new Set(open.values()).size);
    const end = () => {
      counts.now -= 1;
      open.delete(response);
      reply(response, asked);
    };
    const timer = setInterval(() => {
      if (counts.most < atOnce) return;
      clearInterval(timer);
      end();
    }, 40);
  };
  return counts;
}

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
  it('runs a row for each line, all sharing the same slots, and reports each row and all of them', async () => {
    const counts = counting(3);
    const out = command.path('out');
    const args = run(await crew('share_crew'), await csv('share'), '--slots', '3', '--out', out);
    const ended = await command.run(args);
    expect(ended).toMatchObject({ code: 0 });
    const batch = batchOf(ended);
    expect(batch).toMatchObject({ outcome: 'completed', success_rate: 100 });
    expect(batch.rows.map((row) => row.results.map(({ result }) => result))).toEqual(
      TOPICS.map((topic) => [`${topic}_left is done`, `${topic}_right is done`, `${topic}_both is done`]),
    );
    expect(server.asked).toHaveLength(18);
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
    // The folder of an earlier batch is one that reports may take the place of.
    expect(await command.run(args)).toMatchObject({ code: 0 });
  });

  it('keeps declared pools and limited agents over all rows, and says in reports what waited for them', async () => {
    const open = new Map<string, number>();
    const most: Record<string, number> = { left: 0, right: 0 };
    server.reply = (response, { task }) => {
      const name = task.split('_')[1] ?? '';
      open.set(name, (open.get(name) ?? 0) + 1);
      most[name] = Math.max(most[name] ?? 0, open.get(name) ?? 0);
      // The first two of them are answered together: both had the pool.
      const timer = setInterval(() => {
        if (name === 'left' && (most[name] ?? 0) < 2) return;
        clearInterval(timer);
        open.set(name, (open.get(name) ?? 0) - 1);
        answer(response, `${task} is done`);
      }, 60);
    };
    const out = command.path('pools');
    const [left, right, both] = SIDES;
    const file = await crew('pools_crew', {
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
    expect(results.filter((text) => text.includes('resource (`db`)')).length).toBeGreaterThan(1);
  });

  it('leases units of declared pools to one row after the other; what a tool made is a row’s own', async () => {
    server.reply = (response, { task }) => {
      const sent = JSON.stringify(server.sent.at(-1));
      const takes = (resource: string) =>
        callTool(response, 'shared_resource_pool', { action: 'acquire_resource', resource_id: resource });
      if (!sent.includes('Resource seat acquired')) takes('seat');
      else if (!sent.includes('Resource own acquired')) takes('own');
      else setTimeout(() => answer(response, `${task} is done`), 50);
    };
    const [left] = SIDES;
    const file = await crew('leases_crew', {
      agents: [{ ...AGENTS[0], tools: ['shared_resource_pool'] }],
      pools: [{ name: 'seat', capacity: 1 }],
      tasks: [left],
    });
    const ended = await command.run(run(file, await csv('leases', TOPICS.slice(0, 4)), '--slots', '4'));
    expect(ended).toMatchObject({ code: 0 });
    const held = await Promise.all(
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
    held.sort((a, b) => a.from - b.from);
    for (const [at, { from }] of held.entries()) expect(from).toBeGreaterThanOrEqual(held[at - 1]?.to ?? 0);
  });

  it('ends with the worst row’s code, goes on with the other rows, and names what failed and where', async () => {
    counting(2, (response, asked) => {
      if (/^(bees|eels)_left/.test(asked.task)) refuse(response, 400);
      else answer(response, `${asked.task} is done`);
    });
    const rows = await command.write('rows.json', JSON.stringify(TOPICS.map((topic) => ({ topic, unused: 1 }))));
    const out = command.path('failed');
    const ended = await command.run(run(await crew('fails_crew'), rows, '--slots', '2', '--out', out));
    expect(ended.code).toBe(1);
    const { outcome, success_rate, rows: ran } = batchOf(ended);
    expect(outcome).toBe('completed_degraded');
    expect(success_rate).toBeCloseTo((16 / 18) * 100, 10);
    expect(ran.map((row) => row.outcome)).toEqual(
      ['', '_degraded', '', '', '_degraded', ''].map((end) => `completed${end}`),
    );
    expect(ended.stderr).toContain('No text of the crew asks for "unused"');
    const summary = await readFile(join(out, 'BATCH_SUMMARY.md'), 'utf8');
    expect(summary).toMatch(/\| Left \| `http` \| .*400.* \| 2 \| 2, 5 \|/);
  });

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
      await running.shows(`Row ${at + 1} (topic=${topic}) · Left, by ada: Is this its result?`);
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

  it('is not run again as a whole, and says what can be', async () => {
    counting(1);
    const { batch_dir } = batchOf(await command.run(run(await crew('again'), await csv('again', ['x', 'y']))));
    const refused = await command.run(['rerun', batch_dir, '--failed', '--json']);
    expect([refused.code, problemsOf(refused)[0]?.code]).toEqual([2, 'batch']);
    expect(refused.stderr).toMatch(/one of its rows/);
  });

  it('refuses a second batch in the same workspace while one goes on', async () => {
    const held = holdAfter(0);
    const file = await crew('busy');
    const running = command.start(run(file, await csv('busy'), '--slots', '2'));
    await until(held.isHolding, () => 'two calls are held');
    const second = await command.run(run(file, await csv('busy')));
    expect(second.code).toBe(2);
    expect(problemsOf(second)[0]?.code).toBe('workspace_locked');
    running.signal('SIGTERM');
    await running.ended;
  });

  it('shows its rows among the runs', async () => {
    counting(1);
    await command.run(run(await crew('listed'), await csv('listed', ['x', 'y'])));
    const { stdout } = await command.run(['runs']);
    expect(stdout).toMatch(/listed +completed .*row 2 of 2 of batch /);
  });

  it('refuses rows that cannot be read before anything is started or written', async () => {
    const file = await crew('refused');
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

/** Answers so many calls, then none until it is let go. */
function holdAfter(count: number) {
  const answered: string[] = [];
  let held = 0;
  let letGo = false;
  server.reply = (response, { task }: Asked) => {
    if (letGo || answered.length < count) {
      answered.push(task);
      answer(response, `${task} is done`);
    } else held += 1;
  };
  return {
    answered,
    isHolding: () => held >= 2,
    letGo: () => {
      letGo = true;
    },
  };
}

/** The folders of the rows' runs of a crew, in order. */
async function runDirs(crewName: string): Promise<string[]> {
  const runs = join(command.home, 'runs');
  const names = (await readdir(runs).catch(() => [])).filter((name) => /-row-\d+$/.test(name)).sort();
  const of = await Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(runs, name, 'project.crew.json'), 'utf8');
      return text.includes(`"name": "${crewName}`) ? [join(runs, name)] : [];
    }),
  );
  return of.flat();
}
