import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, taskOfAda } from './testing/model-server.ts';

const UNPRINTABLE = /(?![\t\n])\p{Cc}|[\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;
const EVIL = 'one\u001b[2J\u0007two\u009b31m\u202ethree\0';

describe('control characters', () => {
  it('Control characters in an answer do not reach the terminal, the reports or an output_file.', async () => {
    server.reply = (response, { task }) => {
      if (task === 'bad') response.writeHead(400).end(JSON.stringify({ error: { message: `Refused ${EVIL}` } }));
      else answer(response, `Answer ${EVIL}`);
    };
    const file = await command.write('evil.crew.json', {
      format: 'crewlane/1',
      name: 'evil',
      settings: { retries: { max: 0 } },
      agents: [ADA],
      tasks: [taskOfAda({ name: 'good', title: `Good ${EVIL}`, output_file: 'good.md' }), taskOfAda({ name: 'bad' })],
    });
    const out = command.path('evil');
    const where = ['--base-url', server.baseUrl, '--model', 'm', '--trust', '--out', out];
    const ended = await command.start(['run', file, ...where, '--json']).ended;
    const run = runOf(ended);
    expect(run.results[0]?.result).toBe(`Answer ${EVIL}`);
    expect(ended.stdout).not.toMatch(UNPRINTABLE);
    expect(ended.stderr).toContain('Refused one [2J two');
    expect(ended.stderr).not.toMatch(UNPRINTABLE);
    for (const name of ['good_result.md', 'bad_result.md', 'EVIL_SUMMARY.md', 'performance_dashboard.md']) {
      expect(await readFile(join(out, name), 'utf8')).not.toMatch(UNPRINTABLE);
    }
  });

  it('Control characters in a refused argument do not reach the terminal.', async () => {
    const refused = await command.start(['validate', command.path(`no\u001b[2Jfile.crew.json`)]).ended;
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('no [2Jfile.crew.json');
    expect(refused.stderr).not.toMatch(UNPRINTABLE);
  });
});
