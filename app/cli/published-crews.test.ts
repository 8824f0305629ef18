import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { pdf } from '../tools/documents/testing/documents.ts';
import { problemsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { answer } from './testing/model-server.ts';

/**
 * Crews with the shapes of published crews of CrewAI and RCrewAI, in their own words. Each folder has a crew file, the files
 * that it names, and the answers of its tasks at a server, if they must have a form.
 */
const CREWS = join(import.meta.dirname, 'testing', 'crews');
const VERDICT = '{"approved": true}';

async function crew(name: string): Promise<{ file: string; answers: Record<string, string> }> {
  const folder = command.path(name);
  await cp(join(CREWS, name), folder, { recursive: true });
  if (name === 'ask_the_manual')
    await writeFile(join(folder, 'manual.pdf'), pdf(['Care. Wipe the lenses.', 'Charging takes 130 minutes.']));
  const answers = JSON.parse(await readFile(join(folder, 'answers.json'), 'utf8').catch(() => '{}'));
  return { file: join(folder, `${name}.crew.json`), answers };
}

/** The name of the task of a conversation, without its item and its crew. */
function taskOf(text: string): string {
  const named = /# Task: (\S+)/.exec(text)?.[1] ?? (text.includes('# Assignment') ? '@assignment' : '');
  return (named.split('/').at(-1) ?? '').replace(/[#@]\d+$/, '');
}

function serve(answers: Record<string, string>): void {
  server.reply = (response) => {
    const prompt = String(server.sent.at(-1)?.[1]?.content);
    const task = taskOf(prompt);
    answer(response, prompt.includes('## Your verdict') ? VERDICT : (answers[task] ?? `The result of ${task}.`));
  };
}

async function runAtServer(name: string, ...more: string[]) {
  const { file, answers } = await crew(name);
  serve(answers);
  const ended = await command.run([
    'run',
    file,
    '--base-url',
    server.baseUrl,
    '--model',
    'm',
    '--trust',
    '--json',
    ...more,
  ]);
  return { ended, run: runOf(ended), folder: command.path(name) };
}

const statusesOf = ({ results }: ReturnType<typeof runOf>) =>
  Object.fromEntries(results.map(({ task, status }) => [task, status]));
const promptOf = (task: string) =>
  server.sent.map((messages) => String(messages[1]?.content)).find((prompt) => taskOf(prompt) === task);

describe('Published crews', () => {
  it.each([
    'stock_analysis',
    'marketing_strategy',
    'team_with_manager',
    'post_until_good',
    'write_a_book',
    'ask_the_manual',
    'with_a_person',
    'score_leads',
  ])('%s is valid and completes in a rehearsal.', async (name) => {
    const { file } = await crew(name);
    const valid = await command.run(['validate', file, '--json']);
    expect([valid.code, valid.stderr]).toEqual([0, expect.stringContaining('is valid')]);
    const rehearsed = await command.run(
      ['run', file, '--provider', 'rehearsal', '--trust', '--approve-all', '--json'],
      {
        CREWLANE_REHEARSAL_SPEED: '1000',
      },
    );
    expect(rehearsed.stdout, rehearsed.stderr).not.toBe('');
    expect(runOf(rehearsed)).toMatchObject({ failed_tasks: 0, cancelled_tasks: 0 });
  });

  it('A sequential crew passes results on, and without context the check of the lane warns.', async () => {
    const { run } = await runAtServer('stock_analysis');
    expect(run.outcome).toBe('completed');
    expect(promptOf('recommend')).toContain('The result of filings.');
    const { file } = await crew('stock_analysis_without_context');
    const valid = await command.run(['validate', file, '--json']);
    expect(problemsOf(valid).map(({ message }) => message)).toContainEqual(
      expect.stringContaining('4 tasks run one after another, and none receives the result of another'),
    );
  });

  it('Structured results match their schemas.', async () => {
    const { run } = await runAtServer('marketing_strategy');
    expect(run).toMatchObject({ outcome: 'completed', completed_tasks: 5 });
  });

  it('A manager assigns the tasks that name no agent.', async () => {
    const { run } = await runAtServer('team_with_manager');
    const agents = Object.fromEntries(run.results.map(({ task, assigned_agent }) => [task, assigned_agent]));
    expect(agents).toEqual({ facts: 'scout', pattern: 'counter', article: 'scribe', review: 'lead' });
  });

  it('A post is checked by rules and an editor, and the best try is kept.', async () => {
    const good = await runAtServer('post_until_good');
    expect(good.run.results[0]).toMatchObject({ status: 'completed', degraded: false });
    const { file } = await crew('post_until_good');
    serve({ post: 'Too short.' });
    const again = ['run', file, '--base-url', server.baseUrl, '--model', 'm', '--trust', '--json', '--no-cache'];
    const kept = runOf(await command.run(again));
    expect(kept.results[0]).toMatchObject({ status: 'completed', degraded: true, result: 'Too short.' });
  });

  it('A book has a crew for each chapter, and joins the chapters without a model.', async () => {
    const { run, folder } = await runAtServer('write_a_book');
    expect(run.outcome).toBe('completed');
    expect(statusesOf(run)).toMatchObject({ 'chapter#1/facts': 'completed', 'chapter#2/text': 'completed' });
    expect(await readFile(join(folder, 'workspace', 'book.md'), 'utf8')).toBe(
      'The result of text.\n\nThe result of text.',
    );
    expect(promptOf('text')).toContain('The moon');
  });

  it('Leads are scored by a crew each and ranked by a script, and a person decides about the mails.', async () => {
    const { ended, run } = await runAtServer('score_leads');
    expect([ended.code, run.reason]).toEqual([3, 'review']);
    expect(statusesOf(run)).toMatchObject({ 'score#4/judge': 'completed', best: 'completed', decision: 'pending' });
    const best = JSON.parse(run.results.find(({ task }) => task === 'best')?.result ?? '[]');
    expect(best.filter(({ proceed }: { proceed: boolean }) => proceed)).toHaveLength(3);
  });

  it('An expert gets the passages of a PDF that answer the question.', async () => {
    const { run } = await runAtServer('ask_the_manual');
    expect(run.outcome).toBe('completed');
    expect(promptOf('answer')).toContain('Charging takes 130 minutes.');
  });

  it('A person approves a task before it starts and its result.', async () => {
    const { run } = await runAtServer('with_a_person', '--approve-all');
    expect(statusesOf(run)).toEqual({ plan: 'completed', invitation: 'completed' });
  });

  it('A meeting needs its inputs, and its research runs at the same time.', async () => {
    const inputs = ['--input', 'participants=["Ann","Bo"]', '--input', 'subject=Trams', '--input', 'aim=A pilot'];
    const { file } = await crew('prepare_a_meeting');
    const asked = await command.run(['run', file, '--base-url', server.baseUrl, '--model', 'm', '--trust', '--json']);
    expect([asked.code, problemsOf(asked)[0]?.code]).toEqual([2, 'missing_input']);
    const { run } = await runAtServer('prepare_a_meeting', ...inputs);
    expect(run).toMatchObject({ outcome: 'completed', completed_tasks: 4 });
    expect(promptOf('people')).toContain('["Ann","Bo"]');
  });
});

beforeEach(() => serve({}));
