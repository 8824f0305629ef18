import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Oddity, oddServer } from '../main-tools/testing/odd-server.ts';
import { eventsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { ADA, answer, taskOfAda } from './testing/model-server.ts';
import { until } from './testing/running-command.ts';

const MODEL = () => ['--base-url', server.baseUrl, '--model', 'm'];

async function crewWith(name: string, oddity: Oddity, tasks = ['one']): Promise<string> {
  return command.write(`${name}.crew.json`, {
    format: 'crewlane/1',
    name,
    agents: [{ ...ADA, tools: ['odd__echo'] }],
    tasks: tasks.map((task) => taskOfAda({ name: task })),
    mcp_servers: { odd: oddServer(oddity, command.path(`${name}.starts`)) },
  });
}

/** Calls the tool once for each task, then answers with the tool's answer. */
function serveCalls(): void {
  server.reply = (response) => {
    const last = server.sent.at(-1)?.at(-1);
    if (last?.role === 'tool') {
      answer(response, `It says: ${String(last.content)}`);
      return;
    }
    const call = { id: 'call-1', type: 'function', function: { name: 'odd__echo', arguments: '{"text": "milk"}' } };
    const delta = { role: 'assistant', content: null, tool_calls: [{ index: 0, ...call }] };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(
      `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: 'tool_calls' }] })}\n\ndata: [DONE]\n\n`,
    );
  };
}

const startsOf = async (name: string) =>
  (await readFile(command.path(`${name}.starts`), 'utf8').catch(() => ''))
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('A crew with a server', () => {
  it('A server is started only with trust, and the refusal names its command line.', async () => {
    const file = await crewWith('untrusted', 'none');
    const ended = await command.run(['run', file, ...MODEL()]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(`Starts: ${process.execPath} -e`);
    expect(await startsOf('untrusted')).toEqual([]);
  });

  it('A trusted server is started once, and all tasks use its tool.', async () => {
    serveCalls();
    const file = await crewWith('trusted', 'none', ['one', 'two', 'three']);
    const run = runOf(await command.run(['run', file, ...MODEL(), '--trust', '--json']));
    expect(run.outcome).toBe('completed');
    expect(run.results.map(({ result }) => result)).toEqual(Array(3).fill('It says: echo {"text":"milk"}'));
    const pids = await startsOf('trusted');
    expect(pids).toHaveLength(1);
    expect(pids.filter(isRunning)).toEqual([]);
  });

  it('A rehearsal starts no server.', async () => {
    const file = await crewWith('rehearsed', 'none');
    const run = runOf(await command.run(['run', file, '--provider', 'rehearsal', '--json']));
    expect(run.outcome).toBe('completed');
    expect(await startsOf('rehearsed')).toEqual([]);
  });

  it('A server that does not start fails its task with the kind mcp, and no other task.', async () => {
    const file = await crewWith('broken', 'dies at start', ['one']);
    const crew = JSON.parse(await readFile(file, 'utf8'));
    const other = { ...taskOfAda({ name: 'other' }), tools: [] };
    await command.write('broken.crew.json', { ...crew, tasks: [...crew.tasks, other] });
    const run = runOf(await command.run(['run', file, ...MODEL(), '--trust', '--json']));
    expect(run.results).toMatchObject([
      { task: 'one', status: 'failed', error: { kind: 'mcp', message: expect.stringContaining('no license') } },
      { task: 'other', status: 'completed' },
    ]);
  });

  it('A missing key of a server is reported before the run.', async () => {
    const file = await crewWith('keyless', 'none');
    const crew = JSON.parse(await readFile(file, 'utf8'));
    const odd = { ...crew.mcp_servers.odd, env_keys: ['CREWLANE_TEST_TOKEN'] };
    await command.write('keyless.crew.json', { ...crew, mcp_servers: { odd } });
    const ended = await command.run(['run', file, ...MODEL(), '--trust']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain('The server "odd" cannot be started: the key CREWLANE_TEST_TOKEN is not set.');
  });

  it.runIf(process.platform === 'linux')('A run that is killed leaves no process of its servers.', async () => {
    const first = (response: Parameters<typeof answer>[0]) => void response;
    server.reply = first;
    const file = await crewWith('killed', 'ignores the end');
    const running = command.start(['run', file, ...MODEL(), '--trust', '--json']);
    await until(
      async () => (await startsOf('killed')).length === 1 && server.calls.length === 1,
      () => `the server has started: ${running.stderr}`,
    );
    const [pid = 0] = await startsOf('killed');
    expect(isRunning(pid)).toBe(true);
    const runs = join(command.home, 'runs');
    const dirs = await readdir(runs);
    running.signal('SIGKILL');
    await running.ended;
    await until(
      async () => !isRunning(pid),
      () => `process ${pid} has ended`,
    );
    const all = (await Promise.all(dirs.map((dir) => eventsOf(join(runs, dir))))).flat();
    expect(all.some(({ type }) => type === 'mcp.started')).toBe(true);
  });
});
