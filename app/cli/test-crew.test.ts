import { describe, expect, it } from 'vitest';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, refuse, taskOfAda } from './testing/model-server.ts';

const crew = () =>
  command.write('tested.crew.json', {
    format: 'crewlane/1',
    name: 'tested',
    settings: { retries: { max: 0 } },
    agents: [ADA],
    tasks: [taskOfAda({ name: 'draft', title: 'Draft' }), taskOfAda({ name: 'check', context: ['draft'] })],
  });

const test = (file: string, ...more: string[]) =>
  command.run(['test', file, '--base-url', server.baseUrl, '--model', 'm', '--trust', ...more]);

/** Answers tasks with a text, and the judge with these scores, in the order of its calls for each task. */
function scoring(scores: Record<string, object[]>): void {
  server.reply = (response, call) => {
    if (call.model !== 'judge') return answer(response, `${call.task} is done`);
    const next = scores[call.task]?.shift();
    if (next === undefined) return refuse(response, 400);
    answer(response, JSON.stringify({ scores: next, reason: 'Because.' }));
  };
}

describe('test FILE', () => {
  it('runs a crew several times, and prints the scores of a judge and their means', async () => {
    scoring({ draft: [{ quality: 8 }, { quality: 9 }], check: [{ quality: 5 }, { quality: 6 }] });
    const ended = await test(await crew(), '-n', '2', '--judge', 'judge', '--json');
    expect(ended.code, ended.stderr).toBe(0);
    const { tasks, ...all } = JSON.parse(ended.stdout) as { tasks: { task: string; scores: number[]; mean: number }[] };
    expect(all).toEqual({ runs: 2, mean: 7, rehearsal: false });
    expect(tasks.map(({ task, mean }) => [task, mean])).toEqual([
      ['draft', 8.5],
      ['check', 5.5],
    ]);
    expect(tasks.map(({ scores }) => scores.toSorted())).toEqual([
      [8, 9],
      [5, 6],
    ]);
    // Each run asks the model again, although the runs are equal.
    expect(server.calls.filter(({ model }) => model === 'm')).toHaveLength(4);
    const judged = server.sent.filter((_, at) => server.calls[at]?.model === 'judge');
    expect(judged).toHaveLength(4);
    expect(JSON.stringify(judged)).toContain('draft is done');
  });

  it('weighs the criteria of a rubric, and exits with 1 below the lowest mean', async () => {
    const criteria = [{ name: 'facts', weight: 3 }, { name: 'style' }];
    const rubric = await command.write('rubric.json', { criteria });
    scoring({ draft: [{ facts: 8, style: 4 }], check: [{ facts: 4, style: 8 }] });
    const ended = await test(await crew(), '-n', '1', '--judge', 'judge', '--rubric', rubric, '--min', '6.5');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('The mean score is below 6.5.');
    expect(ended.stdout).toBe(
      'Scores from 1 to 10\ntask   run 1  mean\nDraft  7.0    7.0\nCheck  5.0    5.0\nmean          6.0\n',
    );
  });

  it('marks scores of a rehearsal, because no model was called', async () => {
    const ended = await command.run(['test', command.example('two_steps'), '-n', '1', '--provider', 'rehearsal']);
    expect([ended.code, server.calls]).toEqual([0, []]);
    expect(ended.stdout).toContain('Rehearsed scores (no model was called) from 1 to 10');
  });

  it('gives no score for a task that failed, or that the judge did not score', async () => {
    scoring({ draft: [{ quality: 8 }] });
    const reply = server.reply;
    server.reply = (response, call) =>
      call.model === 'm' && call.task === 'check' ? refuse(response, 400) : reply(response, call);
    const ended = await test(await crew(), '-n', '1', '--judge', 'judge', '--json');
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toEqual({
      runs: 1,
      mean: 8,
      tasks: [
        { task: 'draft', scores: [8], mean: 8 },
        { task: 'check', scores: [null], mean: null },
      ],
      rehearsal: false,
    });
  });

  it.each([
    ['a rubric without criteria', { criteria: [] }, 'criteria'],
    ['two criteria of one name', { criteria: [{ name: 'a' }, { name: 'a' }] }, 'two criteria have the same name'],
    ['an unknown key', { criteria: [{ name: 'a', wieght: 2 }] }, 'wieght'],
  ])('refuses %s, and starts nothing', async (_, content, text) => {
    const rubric = await command.write('wrong.json', content);
    const ended = await test(await crew(), '-n', '1', '--rubric', rubric, '--json');
    expect([ended.code, server.calls]).toEqual([2, []]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ problems: [{ code: 'rubric' }] });
    expect(ended.stderr).toContain(text);
  });

  it('asks for consent before it runs a crew from elsewhere', async () => {
    const file = await command.write('foreign.crew.json', {
      format: 'crewlane/1',
      name: 'foreign',
      settings: { provider: 'openai_compatible', base_url: server.baseUrl, model: 'm' },
      agents: [ADA],
      tasks: [taskOfAda({ name: 'draft' })],
    });
    const ended = await command.run(['test', file, '-n', '2', '--json']);
    expect([ended.code, server.calls]).toEqual([2, []]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ problems: [{ code: 'consent' }] });
  });
});
