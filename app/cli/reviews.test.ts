import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, runOf } from './testing/built.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, taskOfAda } from './testing/model-server.ts';

beforeEach(() => {
  server.reply = (response, { task }) => answer(response, `answer ${server.timesAsked(task)} of ${task}`);
});

const task = (name: string, more: object = {}) => taskOfAda({ name, ...more });

function crew(tasks: readonly object[]): Promise<string> {
  return command.write('crew.crew.json', { format: 'crewlane/1', name: 'reviewed', agents: [ADA], tasks });
}

const REVIEWED = [task('draft', { human_review: 'after' }), task('beside'), task('last', { context: ['draft'] })];

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
  it('lets the rest run, then interrupts the run with 3; a resume asks again, or approves beforehand', async () => {
    const ended = await command.run(run(await crew(REVIEWED), '--json'));
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
    expect(server.timesAsked('draft')).toBe(1);
  });

  it('lets the rest run where the question is asked before the first slot has started', async () => {
    const file = await crew([
      task('first', { human_review: 'before' }),
      task('beside'),
      task('after', { context: ['beside'] }),
    ]);
    const ended = await command.run(run(file, '--json'));
    expect(ended.code).toBe(3);
    const statuses = runOf(ended).results.map((result) => `${result.task} ${result.status}`);
    expect(statuses).toEqual(['first pending', 'beside completed', 'after completed']);
  });

  it('is approved beforehand by --approve-all: the run keeps the crew as it is, and its journal says who approved', async () => {
    const ended = await command.run(run(await crew(REVIEWED), '--approve-all', '--json'));
    expect(ended.code).toBe(0);
    const { run_dir: dir } = runOf(ended);
    const kept: unknown = JSON.parse(await readFile(join(dir, 'project.crew.json'), 'utf8'));
    expect(kept).toMatchObject({ tasks: [{ name: 'draft', human_review: 'after' }, {}, {}] });
    const answers = (await eventsOf(dir)).filter((event) => event.type === 'review.answered');
    expect(answers).toMatchObject([{ task: 'draft', answer: 'approved', by: 'approve_all' }]);
  });
});

describe('a review at a terminal', () => {
  it('shows the result, sends it back with a remark, shows the new one and takes it', async () => {
    const running = command.startAtTerminal(run(await crew(REVIEWED)));
    await running.shows('Draft, by ada: Approve this result?');
    await running.shows('answer 1 of draft');
    await running.shows('[a]pprove');
    running.type('s\n');
    await running.shows('What should change?');
    running.type('Say it shorter.\n');
    await running.shows('answer 2 of draft');
    await running.shows('[a]pprove');
    running.type('a\n');
    expect((await running.ended).code).toBe(0);
    expect(await answersIn(await lastRun())).toEqual(['draft sent_back', 'draft approved']);
    const told = server.sent.filter((messages) => JSON.stringify(messages).includes('Do draft.')).at(1);
    expect(told?.slice(-2)).toMatchObject([
      { role: 'assistant', content: 'answer 1 of draft' },
      { role: 'user', content: expect.stringContaining('Say it shorter.') },
    ]);
  });

  it('has the result edited in the editor of the person, or by typing where none is set', async () => {
    const editor = await command.write('editor.sh', '#!/bin/sh\nprintf edited >> "$2"\n');
    await chmod(editor, 0o755);
    const environment = { EDITOR: `'${editor}' --wait` };
    const file = await crew([task('draft', { human_review: 'after' })]);
    const edited = command.startAtTerminal(run(file), environment);
    await edited.shows('[a]pprove');
    edited.type('e\n');
    expect((await edited.ended).code).toBe(0);
    const completed = (await eventsOf(await lastRun())).find((event) => event.type === 'task.completed');
    expect(completed).toMatchObject({ task: 'draft', text: 'answer 1 of draftedited', edited: true });

    const typed = command.startAtTerminal(run(file));
    await typed.shows('[a]pprove');
    typed.type('e\n');
    await typed.shows('a single dot');
    typed.type('In my words.\nTwo lines.\n.\n');
    await typed.shows('edited by a person');
    expect((await typed.ended).code).toBe(0);
    const written = (await eventsOf(await lastRun())).find((event) => event.type === 'task.completed');
    expect(written).toMatchObject({ text: 'In my words.\nTwo lines.\n', edited: true });
  });

  it('is asked before a task too, one question after the other', async () => {
    const running = command.startAtTerminal(
      run(await crew([task('one', { human_review: 'before' }), task('two', { human_review: 'before' })])),
    );
    await running.shows('One, by ada: Approve this task to start? (2 reviews wait)');
    await running.shows('[a]pprove');
    running.type('r\n');
    await running.shows('Instructions for the agent:');
    running.type('Mind the year.\n');
    await running.shows('Two, by ada: Approve this task to start?');
    await running.shows('[a]pprove');
    running.type('x\n');
    await running.shows('Answer with a, r or w');
    running.type('a\n');
    expect((await running.ended).code).toBe(0);
    expect(JSON.stringify(server.sent)).toContain('Mind the year.');
  });

  it('leaves the run to be resumed at Ctrl-C and at the end of the input, and a resume asks again', async () => {
    const running = command.startAtTerminal(run(await crew(REVIEWED)));
    await running.shows('[a]pprove');
    running.type('\u0003');
    expect((await running.ended).code).toBe(3);
    const dir = await lastRun();
    const resumed = command.startAtTerminal(['resume', dir]);
    await resumed.shows('answer 1 of draft');
    await resumed.shows('[a]pprove');
    resumed.type('\u0004');
    expect((await resumed.ended).code).toBe(3);
    const last = command.startAtTerminal(['resume', dir]);
    await last.shows('[a]pprove');
    last.type('a\n');
    expect((await last.ended).code).toBe(0);
    expect((await eventsOf(dir)).flatMap((event) => (event.type === 'run.interrupted' ? [event.reason] : []))).toEqual([
      'signal',
      'review',
    ]);
    expect(server.timesAsked('draft')).toBe(1);
  });

  it('shows the beginning of a long result, and all of it when it is asked to', async () => {
    server.reply = (response) => answer(response, Array.from({ length: 300 }, (_, at) => `line ${at + 1}`).join('\n'));
    const running = command.startAtTerminal(run(await crew([task('draft', { human_review: 'after' })])));
    await running.shows('more lines');
    await running.shows('[a]pprove');
    running.type('v\n');
    await running.shows('line 300');
    await running.shows('[a]pprove');
    running.type('a\n');
    expect((await running.ended).code).toBe(0);
  });
});
