import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, answerTruncated, taskOfAda } from './testing/model-server.ts';

const ADVICE = 'The answer ends in the middle: raise max_tokens of its agent.';

describe('a truncated answer', () => {
  it('A truncated answer completes its task, and every output reports it with advice.', async () => {
    server.reply = (response, { task }) =>
      task === 'draft' ? answerTruncated(response, 'It ends in the mid') : answer(response, 'All of it.');
    const file = await command.write('cut.crew.json', {
      format: 'crewlane/1',
      name: 'cut',
      agents: [{ ...ADA, max_tokens: 5 }],
      tasks: ['draft', 'memo'].map((name) => taskOfAda({ name })),
    });
    const out = command.path('cut');
    const where = ['--base-url', server.baseUrl, '--model', 'm', '--out', out, '--json'];
    const ended = await command.run(['run', file, ...where]);
    expect(ended.code).toBe(0);
    const run = runOf(ended);
    expect(run).toMatchObject({ outcome: 'completed', success_rate: 100 });
    expect(run.results.map(({ task, cut_at_length }) => [task, cut_at_length])).toEqual([
      ['draft', true],
      ['memo', undefined],
    ]);
    const calls = (await eventsOf(run.run_dir)).flatMap((event) => (event.type === 'llm.call' ? [event] : []));
    expect(calls.map((call) => [call.task, call.cut_at_length]).sort()).toEqual([
      ['draft', true],
      ['memo', undefined],
    ]);
    expect(ended.stderr).toContain(`Draft completed, truncated. ${ADVICE}`);
    expect(ended.stderr).toContain(`\nTruncated: Draft. ${ADVICE}\n`);
    const mentionsTruncation = async (name: string) =>
      (await readFile(join(out, name), 'utf8')).includes('Truncated: ');
    expect(await mentionsTruncation('draft_result.md')).toBe(true);
    expect(await mentionsTruncation('memo_result.md')).toBe(false);
    expect(await readFile(join(out, 'performance_dashboard.md'), 'utf8')).toContain('**Truncated Results:** `draft`');
    const summary = await readFile(join(out, 'CUT_SUMMARY.md'), 'utf8');
    expect(summary).toContain('**Truncated Results:** 1 result ends in the middle');
    expect(summary).toContain('**Raise `max_tokens` of `ada`:** the answer of Draft was truncated');
  });
});
