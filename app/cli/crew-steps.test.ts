import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type CommandOutput, eventsOf, problemsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, refuse, type TaskFields, taskOfAda } from './testing/model-server.ts';
import { until } from './testing/running-command.ts';

/** A chapter in two tasks. The agent has the same name as that of the book. */
const CHAPTER: TaskFields[] = [
  { name: 'draft', description: 'Do draft_{number}. The title is {title}.' },
  { name: 'edit', description: 'Do edit_{number}.', context: ['draft'], output_file: 'chapters/{number}.md' },
];

async function writeChapter(more: object = {}): Promise<string> {
  return command.write('chapter.crew.json', {
    format: 'crewlane/1',
    name: 'chapter',
    settings: { retries: { max: 0 } },
    agents: [{ ...ADA, goal: 'Write {title}' }],
    tasks: CHAPTER.map(taskOfAda),
    ...more,
  });
}

/** A book: `outline` lists the chapters, and `chapter` runs the crew file for each of them. */
async function writeBook(): Promise<string> {
  await writeChapter();
  const texts = { description: 'A chapter', expected_output: 'A text', async: true };
  return command.write('book.crew.json', {
    format: 'crewlane/1',
    name: 'book',
    settings: { retries: { max: 0 } },
    agents: [ADA],
    tasks: [
      taskOfAda({ name: 'outline' }),
      {
        ...{ name: 'chapter', ...texts, crew: 'chapter.crew.json', context: ['outline'] },
        ...{ for_each: { task: 'outline', as: 'item' }, inputs: { title: '{item}', number: '{index}' } },
      },
      { name: 'preface', ...texts, crew: 'chapter.crew.json', inputs: { title: 'Preface', number: 0 } },
      taskOfAda({ name: 'end', context: ['chapter', 'preface'] }),
    ],
  });
}

/** Answers the outline with two chapters, and other tasks with their names. `broken`: tasks that fail. */
function answerAll(broken: readonly string[] = []): void {
  server.reply = (response, { task }) => {
    if (broken.includes(task)) refuse(response, 401);
    else answer(response, task === 'outline' ? '["One", "Two"]' : `${task} is done`);
  };
}

const MODEL = () => ['--base-url', server.baseUrl, '--model', 'm', '--json', '--trust'];

function run(file: string, ...more: string[]): Promise<CommandOutput> {
  return command.run(['run', file, ...MODEL(), ...more]);
}

const resultsOf = (output: CommandOutput) =>
  Object.fromEntries(runOf(output).results.map(({ task, ...result }) => [task, result]));

/** The tasks that the server was called for since the last call of this function. */
const called = () =>
  server.calls
    .splice(0)
    .map(({ task }) => task)
    .sort();

describe('a crew that runs a crew file for each item', () => {
  it('runs all tasks of the file with their inputs, and lists and exports them under their names', async () => {
    answerAll();
    const ended = await run(await writeBook(), '--out', command.path('exported'));
    const results = resultsOf(ended);
    expect(Object.keys(results)).toEqual([
      ...['outline', 'chapter', 'chapter#1', 'chapter#1/draft', 'chapter#1/edit'],
      ...['chapter#2', 'chapter#2/draft', 'chapter#2/edit', 'preface', 'preface/draft', 'preface/edit', 'end'],
    ]);
    expect(runOf(ended)).toMatchObject({ outcome: 'completed', total_tasks: 8, completed_tasks: 8 });
    expect(results['chapter']).toMatchObject({ items: 2 });
    expect(results['chapter#2']).toMatchObject({ of: 'chapter', index: 2, result: 'edit_2 is done' });
    expect(results['chapter#2/draft']).toMatchObject({ of: 'chapter#2', assigned_agent: 'chapter/ada' });
    expect(results['preface']).not.toHaveProperty('items');
    expect(called()).toEqual(['draft_0', 'draft_1', 'draft_2', 'edit_0', 'edit_1', 'edit_2', 'end', 'outline']);
    const draft = JSON.stringify(server.sent.find((messages) => JSON.stringify(messages).includes('Do draft_2.')));
    expect(draft).toContain('The title is Two.');
    expect(draft).toContain('Your goal: Write Two');
    const files = await readdir(command.path('exported'), { recursive: true });
    expect(files.filter((name) => name.includes('chapter.2.draft_result.md'))).toHaveLength(1);
    const started = (await eventsOf(runOf(ended).run_dir))[0];
    const [copy] = Object.values(started?.type === 'run.started' ? (started.crews ?? {}) : {});
    expect(await readdir(join(runOf(ended).run_dir, 'crews'))).toEqual([copy, 'files.json'].sort());
  });

  it('rerun --failed repeats what failed inside, and reuses the rest', async () => {
    answerAll(['edit_2']);
    const file = await writeBook();
    const first = await run(file);
    expect(runOf(first)).toMatchObject({ outcome: 'completed_degraded', failed_tasks: 1 });
    expect(resultsOf(first)['chapter#2']?.error).toMatchObject({ kind: 'crew' });
    called();
    answerAll();
    // The run keeps a copy of the file.
    await rm(command.path('chapter.crew.json'));
    const second = await command.run(['rerun', runOf(first).run_dir, '--failed', '--json']);
    expect(second.code).toBe(0);
    expect(runOf(second)).toMatchObject({ outcome: 'completed', total_tasks: 8 });
    expect(called()).toEqual(['edit_2', 'end']);
    const third = await command.run(['rerun', runOf(second).run_dir, '--only', 'end', '--json']);
    expect(runOf(third)).toMatchObject({ outcome: 'completed', kept_tasks: expect.any(Number) });
    expect(called()).toEqual(['end']);
  });

  it('rerun --stale repeats the tasks whose crew file has changed', async () => {
    answerAll();
    const first = await run(await writeBook());
    called();
    expect(problemsOf(await command.run(['rerun', runOf(first).run_dir, '--stale', '--json']))[0]?.code).toBe(
      'nothing_to_run',
    );
    await writeChapter({ description: 'Another one' });
    const second = await command.run(['rerun', runOf(first).run_dir, '--stale', '--json', '--trust']);
    expect(runOf(second)).toMatchObject({ outcome: 'completed' });
    expect(called()).toEqual(['draft_0', 'draft_1', 'draft_2', 'edit_0', 'edit_1', 'edit_2', 'end']);
  });

  it('after kill -9, a resume uses the copies and repeats no answered call', async () => {
    const file = await writeBook();
    server.reply = (response, { task }) => {
      if (task === 'outline') answer(response, '["One", "Two"]');
      else if (task !== 'edit_2' && task !== 'edit_0') answer(response, `${task} is done`);
    };
    const running = command.start(['run', file, ...MODEL()]);
    await until(
      () => ['edit_1', 'edit_2', 'edit_0'].every((task) => server.callsOf(task) === 1),
      () => `the tasks have started:\n${running.stderr}`,
    );
    await running.waitForStderr('Chapter 1 completed');
    running.signal('SIGKILL');
    await running.ended;
    const [name = ''] = (await readdir(join(command.home, 'runs'))).sort().reverse();
    const dir = join(command.home, 'runs', name);
    const before = (await eventsOf(dir)).filter(({ type }) => type === 'task.expanded');
    expect(before.length).toBe(4);
    // The file changes meanwhile, and then disappears.
    await writeChapter({ tasks: [taskOfAda({ name: 'other' })] });
    await rm(command.path('chapter.crew.json'));
    answerAll();
    called();
    const resumed = await command.run(['resume', dir, '--json']);
    expect(runOf(resumed)).toMatchObject({ outcome: 'completed', total_tasks: 8 });
    expect(called()).toEqual(['edit_0', 'edit_2', 'end']);
    expect((await eventsOf(dir)).filter(({ type }) => type === 'task.expanded')).toHaveLength(4);
    expect(await readFile(join(dir, 'project.crew.json'), 'utf8')).not.toContain('chapter/ada');
  });
});

describe('the crew files that a crew runs', () => {
  it('are checked by validate and before a run, at the task that runs them', async () => {
    const file = await writeBook();
    await rm(command.path('chapter.crew.json'));
    for (const args of [
      ['validate', file, '--json'],
      ['run', file, '--json'],
    ]) {
      const ended = await command.run(args);
      expect(ended.code).toBe(2);
      expect(problemsOf(ended)).toHaveLength(2);
      expect(problemsOf(ended)[0]).toMatchObject({
        code: 'crew_file',
        path: 'tasks[1].crew',
        line: expect.any(Number),
      });
      expect(problemsOf(ended)[0]?.line).toBeGreaterThan(1);
    }
    expect(server.calls).toEqual([]);
  });

  it('need trust again when one of them changes', async () => {
    answerAll();
    const file = await writeBook();
    const named = { agents: [{ ...ADA, goal: 'Write {title}', base_url: server.baseUrl, model: 'm' }] };
    await writeChapter(named);
    const args = ['run', file, '--json'];
    const model = { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm' };
    const book = JSON.parse(await readFile(file, 'utf8')) as { settings: object };
    await command.write('book.crew.json', { ...book, settings: { ...book.settings, ...model } });
    expect((await command.run(args)).code).toBe(2);
    expect((await command.run(['trust', file])).code).toBe(0);
    expect((await command.run(args)).code).toBe(0);
    await writeChapter({ ...named, description: 'Changed' });
    const changed = await command.run(args);
    expect(changed.code).toBe(2);
    expect(changed.stderr).toContain('trust');
  });

  it('are used by a prediction, with their estimates', async () => {
    const file = await writeBook();
    await writeChapter({ tasks: CHAPTER.map((task) => taskOfAda({ ...task, estimate_s: 10 })) });
    const book = JSON.parse(await readFile(file, 'utf8')) as { tasks: { name: string; for_each?: object }[] };
    const tasks = book.tasks.map((task) =>
      task.for_each ? { ...task, for_each: { ...task.for_each, estimate_items: 2 } } : task,
    );
    await command.write('book.crew.json', { ...book, tasks });
    const { stdout, code } = await command.run(['plan', file, '--json']);
    expect(code).toBe(0);
    const plan = JSON.parse(stdout) as {
      makespan_s: number;
      critical_path: string[];
      tasks: { task: string; start_s: number }[];
    };
    // The median of the known estimates, for `outline`; then two tasks of 10 s; then `end`.
    expect(plan.makespan_s).toBe(40);
    expect(plan.critical_path).toEqual(['outline', 'chapter#1/draft', 'chapter#1/edit', 'end']);
    expect(plan.tasks.map(({ task }) => task)).toContain('preface/edit');
    expect(plan.tasks.find(({ task }) => task === 'chapter#2/edit')?.start_s).toBe(20);
  });
});
