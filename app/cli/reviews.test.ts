import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, taskOfAda } from './testing/model-server.ts';

beforeEach(() => {
  server.reply = (response, { task }) => answer(response, `answer ${server.callsOf(task)} of ${task}`);
});

const task = (name: string, more: object = {}) => taskOfAda({ name, ...more });

function makeCrew(tasks: readonly object[]): Promise<string> {
  return command.write('crew.crew.json', { format: 'crewlane/1', name: 'reviewed', agents: [ADA], tasks });
}

const REVIEWED = [task('draft', { human_review: 'after' }), task('other'), task('last', { context: ['draft'] })];

function run(file: string, ...more: string[]): string[] {
  return ['run', file, '--base-url', server.baseUrl, '--model', 'm', ...more];
}

async function lastRun(): Promise<string> {
  const names = await readdir(join(command.home, 'runs'));
  return join(command.home, 'runs', names.sort().at(-1) ?? '');
}

async function answersIn(dir: string): Promise<string[]> {
  const events = await eventsOf(dir);
  return events.flatMap((event) => (event.type === 'review.answered' ? [`${event.task} ${event.answer}`] : []));
}

describe('a review without a terminal', () => {
  it('A pending review without a terminal lets other tasks finish and then exits with 3; a resume asks again.', async () => {
    const ended = await command.run(run(await makeCrew(REVIEWED), '--json'));
    expect(ended.code).toBe(3);
    const object = runOf(ended);
    expect(object).toMatchObject({ outcome: 'interrupted', reason: 'review', completed_tasks: 1, pending_tasks: 2 });
    expect(ended.stderr).toContain('Draft is waiting for review of its result');
    expect(ended.stderr).toContain(`resume ${object.run_dir}`);

    const again = await command.run(['resume', object.run_dir, '--json']);
    expect([again.code, runOf(again).reason]).toEqual([3, 'review']);
    const approved = await command.run(['resume', object.run_dir, '--approve-all', '--json']);
    expect(approved.code).toBe(0);
    expect(runOf(approved).results.find((result) => result.task === 'draft')?.result).toBe('answer 1 of draft');
    expect(server.callsOf('draft')).toBe(1);
  });

  it('A review before a task lets other tasks run, even if it is pending before the first slot starts.', async () => {
    const file = await makeCrew([
      task('first', { human_review: 'before' }),
      task('other'),
      task('after', { context: ['other'] }),
    ]);
    const ended = await command.run(run(file, '--json'));
    expect(ended.code).toBe(3);
    const statuses = runOf(ended).results.map((result) => `${result.task} ${result.status}`);
    expect(statuses).toEqual(['first pending', 'other completed', 'after completed']);
  });

  it('--approve-all approves reviews, does not change the stored crew, and is recorded in the journal.', async () => {
    const ended = await command.run(run(await makeCrew(REVIEWED), '--approve-all', '--json'));
    expect(ended.code).toBe(0);
    const { run_dir: dir } = runOf(ended);
    const stored: unknown = JSON.parse(await readFile(join(dir, 'project.crew.json'), 'utf8'));
    expect(stored).toMatchObject({ tasks: [{ name: 'draft', human_review: 'after' }, {}, {}] });
    const answers = (await eventsOf(dir)).filter((event) => event.type === 'review.answered');
    expect(answers).toMatchObject([{ task: 'draft', answer: 'approved', by: 'approve_all' }]);
  });
});

describe('a review at a terminal', () => {
  it('A review at a terminal sends a result back with a remark, then approves the new result.', async () => {
    const running = command.startAtTerminal(run(await makeCrew(REVIEWED)));
    await running.waitForScreen('Draft, by ada: Approve this result?');
    await running.waitForScreen('answer 1 of draft');
    await running.waitForScreen('[a]pprove');
    running.type('s\n');
    await running.waitForScreen('What should change?');
    running.type('Say it shorter.\n');
    await running.waitForScreen('answer 2 of draft');
    await running.waitForScreen('[a]pprove');
    running.type('a\n');
    expect((await running.ended).code).toBe(0);
    expect(await answersIn(await lastRun())).toEqual(['draft sent_back', 'draft approved']);
    const secondCall = server.sent.filter((messages) => JSON.stringify(messages).includes('Do draft.')).at(1);
    expect(secondCall?.slice(-2)).toMatchObject([
      { role: 'assistant', content: 'answer 1 of draft' },
      { role: 'user', content: expect.stringContaining('Say it shorter.') },
    ]);
  });

  it('A result is edited in the configured editor, or typed if no editor is set.', async () => {
    const editor = await command.write('editor.sh', '#!/bin/sh\nprintf edited >> "$2"\n');
    await chmod(editor, 0o755);
    const environment = { EDITOR: `'${editor}' --wait` };
    const file = await makeCrew([task('draft', { human_review: 'after' })]);
    const edited = command.startAtTerminal(run(file), environment);
    await edited.waitForScreen('[a]pprove');
    edited.type('e\n');
    expect((await edited.ended).code).toBe(0);
    const completed = (await eventsOf(await lastRun())).find((event) => event.type === 'task.completed');
    expect(completed).toMatchObject({ task: 'draft', text: 'answer 1 of draftedited', edited: true });

    const typed = command.startAtTerminal(run(file));
    await typed.waitForScreen('[a]pprove');
    typed.type('e\n');
    await typed.waitForScreen('only a period');
    typed.type('In my words.\nTwo lines.\n.\n');
    await typed.waitForScreen('edited by a person');
    expect((await typed.ended).code).toBe(0);
    const written = (await eventsOf(await lastRun())).find((event) => event.type === 'task.completed');
    expect(written).toMatchObject({ text: 'In my words.\nTwo lines.\n', edited: true });
  });

  it('Reviews before tasks are asked one after the other.', async () => {
    const running = command.startAtTerminal(
      run(await makeCrew([task('one', { human_review: 'before' }), task('two', { human_review: 'before' })])),
    );
    await running.waitForScreen('One, by ada: Approve this task to start? (2 pending reviews)');
    await running.waitForScreen('[a]pprove');
    running.type('r\n');
    await running.waitForScreen('Instructions for the agent:');
    running.type('Mind the year.\n');
    await running.waitForScreen('Two, by ada: Approve this task to start?');
    await running.waitForScreen('[a]pprove');
    running.type('x\n');
    await running.waitForScreen('Type a, r or w');
    running.type('a\n');
    expect((await running.ended).code).toBe(0);
    expect(JSON.stringify(server.sent)).toContain('Mind the year.');
  });

  it('Ctrl+C and the end of input interrupt the run, and a resume asks again.', async () => {
    const running = command.startAtTerminal(run(await makeCrew(REVIEWED)));
    await running.waitForScreen('[a]pprove');
    running.type('\u0003');
    expect((await running.ended).code).toBe(3);
    const dir = await lastRun();
    const resumed = command.startAtTerminal(['resume', dir]);
    await resumed.waitForScreen('answer 1 of draft');
    await resumed.waitForScreen('[a]pprove');
    resumed.type('\u0004');
    expect((await resumed.ended).code).toBe(3);
    const last = command.startAtTerminal(['resume', dir]);
    await last.waitForScreen('[a]pprove');
    last.type('a\n');
    expect((await last.ended).code).toBe(0);
    expect((await eventsOf(dir)).flatMap((event) => (event.type === 'run.interrupted' ? [event.reason] : []))).toEqual([
      'signal',
      'review',
    ]);
    expect(server.callsOf('draft')).toBe(1);
  });

  it('A review shows the beginning of a long result, and the full text on request.', async () => {
    server.reply = (response) => answer(response, Array.from({ length: 300 }, (_, at) => `line ${at + 1}`).join('\n'));
    const running = command.startAtTerminal(run(await makeCrew([task('draft', { human_review: 'after' })])));
    await running.waitForScreen('more lines');
    await running.waitForScreen('[a]pprove');
    running.type('v\n');
    await running.waitForScreen('line 300');
    await running.waitForScreen('[a]pprove');
    running.type('a\n');
    expect((await running.ended).code).toBe(0);
  });
});

describe('a review of a task that depends on a choice, or runs for an item', () => {
  it('The terminal names the tasks that the task depends on.', async () => {
    server.reply = (response, call) =>
      answer(response, call.task === 'route' ? 'Choice: left' : `${call.task} is done`);
    const route = task('route', { choices: ['left', 'right'] });
    const left = task('left', { human_review: 'before', context: [{ task: 'route', choice: 'left' }] });
    const running = command.startAtTerminal(run(await makeCrew([route, left])));
    await running.waitForScreen('Context results: route.');
    running.type('a\n');
    expect((await running.ended).code).toBe(0);
  });

  it('The terminal asks about each item.', async () => {
    const each = task('each', { human_review: 'before', for_each: { input: 'beds' } });
    const file = await makeCrew([each]);
    const running = command.startAtTerminal(run(file, '--input', 'beds=["north"]'));
    await running.waitForScreen('Approve this task to start?');
    running.type('a\n');
    expect((await running.ended).code).toBe(0);
  });
});
