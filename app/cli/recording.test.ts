import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { recordingEntrySchema, recordingHeaderSchema } from '../../shared/recording/recording.ts';
import { recordingKey } from '../base/recording-key.ts';
import { oddServer } from '../main-tools/testing/odd-server.ts';
import type { RunObject } from '../reports/run-json.ts';
import { problemsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, callTool, refuse, taskOfAda } from './testing/model-server.ts';

const MODEL = () => ['--base-url', server.baseUrl, '--model', 'm'];
const NO_SERVER = ['--base-url', 'http://127.0.0.1:1/v1', '--model', 'm'];
const KEY = 'sk-secret-key-of-the-test';

/** What must be equal in a run and its replay. */
function equalParts({ outcome, tokens, cost_usd, results }: RunObject) {
  return {
    outcome,
    tokens,
    cost_usd,
    results: results.map(({ task, status, attempts, degraded, result, error }) => {
      return { task, status, attempts, degraded, result, error };
    }),
  };
}

async function filesIn(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = files.map(async (file) => [file.slice(folder.length), await readFile(file, 'utf8')] as const);
  return Object.fromEntries((await Promise.all(texts)).filter(([name]) => !name.startsWith('/.crewlane')));
}

/** A crew whose tasks use a server, write a file, fail once, are reviewed, and get no answer. */
function crew(more: object = {}) {
  return {
    format: 'crewlane/1',
    name: 'recorded',
    settings: { retries: { max: 1, base_s: 30, cap_s: 30 }, workspace: 'work' },
    agents: [{ ...ADA, tools: ['odd__*', 'file_writer', 'performance_monitor'], allow_delegation: true }, BO],
    tasks: [
      taskOfAda({ name: 'served' }),
      taskOfAda({ name: 'writing', output_file: 'answer.md' }),
      taskOfAda({ name: 'unstable' }),
      taskOfAda({ name: 'measured' }),
      taskOfAda({ name: 'delegating' }),
      taskOfAda({ name: 'reviewed', human_review: ['before', 'after'], context: ['writing'] }),
      taskOfAda({ name: 'denied' }),
      taskOfAda({ name: 'without', context: ['denied'] }),
      ...[1, 2, 3, 4].map((at) => ({ ...taskOfAda({ name: `twin${at}` }), description: 'Do twin.' })),
    ],
    mcp_servers: { odd: oddServer('none', command.path('recorded.starts')) },
    ...more,
  };
}

const FAST = { CREWLANE_REHEARSAL_SPEED: '1000' };
const BO = { name: 'bo', role: 'Helper', goal: 'Help' };

function serve(): void {
  const failed = new Set<string>();
  server.reply = (response, { task }) => {
    const sent = server.sent.at(-1) ?? [];
    const last = sent.at(-1);
    const isAnswered = last?.role === 'tool';
    if (task === 'served' && !isAnswered) return callTool(response, 'odd__echo', { text: 'milk' });
    if (task === 'writing' && !isAnswered) return callTool(response, 'file_writer', { path: 'note.txt', content: 'A' });
    if (task === 'measured' && !isAnswered) return callTool(response, 'performance_monitor', { action: 'get_metrics' });
    if (task === 'delegating' && !isAnswered && !JSON.stringify(sent).includes('Question from'))
      return callTool(response, 'ask_coworker', { coworker: 'bo', question: 'How? Do delegating.' });
    if (task === 'unstable' && !failed.has(task)) {
      failed.add(task);
      return refuse(response, 429, { 'retry-after': '1' });
    }
    if (task === 'denied') return refuse(response, 400);
    if (task === 'measured') return answer(response, `The key is ${KEY}.`);
    return answer(response, `answer ${server.calls.length} of ${task}: ${String(last?.content).slice(-200)}`);
  };
}

async function record(name: string, content: object, ...more: string[]) {
  const file = await command.write(`${name}.crew.json`, content);
  const recording = command.path(`${name}.recording.jsonl`);
  await rm(recording, { force: true });
  const ended = await command.run(['run', file, ...MODEL(), '--trust', '--json', '--record', recording, ...more], {
    OPENAI_API_KEY: KEY,
  });
  return { file, recording, ended };
}

const linesOf = async (recording: string) =>
  (await readFile(recording, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));

describe('A recorded run', () => {
  it('A replay without a network gives the same results, files, tokens and statuses, with any number of slots.', async () => {
    serve();
    const { file, recording, ended } = await record('equal', crew(), '--approve-all', '--slots', '4');
    const run = runOf(ended);
    expect(equalParts(run).results.map(({ status }) => status)).toEqual([
      ...Array(6).fill('completed'),
      'failed',
      ...Array(5).fill('completed'),
    ]);
    expect(ended.stderr).toContain(`Recording: ${recording}`);
    const files = await filesIn(command.path('work'));
    expect(Object.keys(files)).toEqual(expect.arrayContaining(['/note.txt', '/answer.md']));
    const calls = server.calls.length;
    for (const slots of ['1', '3']) {
      const workspace = command.path(`replayed-${slots}`);
      const replayed = await command.run([
        'run',
        file,
        ...NO_SERVER,
        '--json',
        '--slots',
        slots,
        '--workspace',
        workspace,
        '--replay',
        recording,
        '--speed',
        '0',
      ]);
      expect(replayed.stderr).not.toContain('Warning');
      expect(equalParts(runOf(replayed))).toEqual(equalParts(run));
      expect(await filesIn(workspace)).toEqual(files);
    }
    expect(server.calls.length).toBe(calls);
  });

  it('The file has a header and entries whose keys are the hashes of their requests, and no key of a service.', async () => {
    serve();
    const { recording } = await record('file', crew(), '--approve-all');
    const [header, ...lines] = await linesOf(recording);
    expect(recordingHeaderSchema.parse(header).format).toBe('crewlane-recording/1');
    const entries = lines.map((line) => recordingEntrySchema.parse(line));
    expect(new Set(entries.map(({ kind }) => kind))).toEqual(new Set(['llm', 'tool', 'person']));
    expect(entries.map(({ key }) => key)).toEqual(entries.map(({ request }) => recordingKey(request)));
    const unstable = entries.filter(({ kind, request }) => kind === 'llm' && request.task === 'unstable');
    expect(unstable.map(({ n }) => n)).toEqual([1, 2]);
    expect(await readFile(recording, 'utf8')).not.toContain(KEY);
  });

  it('A call that the recording does not contain fails its task and names it; a changed crew is a warning.', async () => {
    serve();
    const two = crew({ tasks: [taskOfAda({ name: 'writing' }), taskOfAda({ name: 'twin' })] });
    const { recording } = await record('changed', two);
    const changed = crew({
      tasks: [taskOfAda({ name: 'writing' }), taskOfAda({ name: 'twin', expected_output: 'More' })],
    });
    const file = await command.write('changed.crew.json', changed);
    const ended = await command.run(['run', file, ...NO_SERVER, '--json', '--replay', recording, '--speed', '0']);
    expect(ended.stderr).toContain('Warning: The crew file has changed since');
    expect(runOf(ended).results).toMatchObject([
      { status: 'completed' },
      { status: 'failed', error: { kind: 'recording', message: expect.stringMatching(/task "twin".*--record/s) } },
    ]);
  });

  it('An interrupted run writes what it has, and its resume completes the recording.', async () => {
    serve();
    const { file, recording, ended } = await record('resumed', crew());
    expect(ended.code).toBe(3);
    const before = (await linesOf(recording)).length;
    const { run_dir } = runOf(ended);
    const resumed = runOf(await command.run(['resume', run_dir, '--approve-all', '--trust', '--json']));
    expect((await linesOf(recording)).length).toBeGreaterThan(before);
    const replayed = await command.run([
      'run',
      file,
      ...NO_SERVER,
      '--json',
      '--workspace',
      command.path('again'),
      '--replay',
      recording,
      '--speed',
      '0',
    ]);
    expect(equalParts(runOf(replayed))).toEqual(equalParts(resumed));
  });

  it('A replay at the speed of the recording takes as long as the recorded answers.', async () => {
    server.reply = (response) => void setTimeout(() => answer(response, 'late'), 300);
    const { file, recording } = await record('slow', crew({ tasks: [taskOfAda({ name: 'slow' })] }));
    const at = async (...speed: string[]) =>
      runOf(await command.run(['run', file, ...NO_SERVER, '--json', '--replay', recording, ...speed])).makespan_s;
    expect(await at()).toBeGreaterThanOrEqual(0.3);
  });

  it.each(['council_of_three', 'assigned_by_manager', 'write_a_guide'])(
    'A replay of the rehearsed example %s is equal.',
    async (name) => {
      const recording = command.path(`${name}.jsonl`);
      const common = ['run', command.example(name), '--provider', 'rehearsal', '--json', '--approve-all'];
      const run = runOf(
        await command.run([...common, '--workspace', command.path(`${name}-1`), '--record', recording], FAST),
      );
      const replay = ['--workspace', command.path(`${name}-2`), '--replay', recording, '--speed', '0', '--slots', '2'];
      const replayed = runOf(await command.run([...common, ...replay], FAST));
      expect(equalParts(replayed)).toEqual(equalParts(run));
      expect(await filesIn(command.path(`${name}-2`))).toEqual(await filesIn(command.path(`${name}-1`)));
    },
  );
});

it('Options that do not fit are refused before anything starts.', async () => {
  const file = await command.write('options.crew.json', crew());
  const other = await command.write('other.txt', 'Important.');
  const refused = async (...options: string[]) => {
    const ended = await command.run(['run', file, ...MODEL(), '--trust', '--json', ...options]);
    return [ended.code, problemsOf(ended)[0]?.message];
  };
  const missing = command.path('missing', 'recording.jsonl');
  expect(await refused('--record', missing)).toEqual([2, expect.stringContaining('There is no folder')]);
  expect(await refused('--record', other)).toEqual([2, expect.stringContaining('is not a recording')]);
  expect(await refused('--replay', missing)).toEqual([2, expect.stringContaining('cannot be read')]);
  expect(await refused('--replay', other)).toEqual([2, expect.stringContaining('is not a recording')]);
  expect(await refused('--speed', '2')).toEqual([2, expect.stringContaining('Add --replay')]);
  expect(await refused('--record', 'a.jsonl', '--replay', other)).toEqual([2, expect.stringContaining('not both')]);
  expect(await readFile(other, 'utf8')).toBe('Important.');
  expect(server.calls).toEqual([]);
});
