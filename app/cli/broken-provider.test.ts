import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { EventOf, RunEvent, RunEventType } from '../../shared/run/events.ts';
import type { ResultObject } from '../reports/run-json.ts';
import { type CommandOutput, eventsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import {
  ADA,
  answer,
  begin,
  callTool,
  type Reply,
  refuse,
  type TaskFields,
  taskOfAda,
} from './testing/model-server.ts';
import { until } from './testing/running-command.ts';

/** Runs a crew of asynchronous tasks with one immediate retry each. */
async function run(tasks: readonly TaskFields[], environment?: Record<string, string>): Promise<CommandOutput> {
  const file = await command.write('broken.crew.json', {
    format: 'crewlane/1',
    name: 'broken_provider',
    settings: { retries: { max: 1, base_s: 0, cap_s: 0 } },
    agents: [{ ...ADA, tools: ['file_writer'] }],
    tasks: tasks.map(taskOfAda),
  });
  const where = ['--base-url', server.baseUrl, '--model', 'm', '--slots', '4', '--trust', '--json'];
  return command.run(['run', file, ...where], environment);
}

/** Answers the n-th call of each named task with its n-th reply, and all other calls as usual. */
function replyInOrder(replies: Record<string, readonly Reply[]>): void {
  const usual = server.reply;
  server.reply = (response, call) => {
    const reply = replies[call.task]?.[server.callsOf(call.task) - 1] ?? usual;
    reply(response, call);
  };
}

const always = (reply: Reply): Reply[] => Array.from({ length: 20 }, () => reply);
const status =
  (code: number, headers?: Record<string, string>): Reply =>
  (response) =>
    refuse(response, code, headers);
const webPage: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Welcome</body></html>');
};
const truncatedStream: Reply = (response) => {
  begin(response, { role: 'assistant', content: 'half of an' });
  response.end();
};
const brokenConnection: Reply = (response) => {
  begin(response, { role: 'assistant', content: 'half of an' });
  setImmediate(() => response.destroy());
};
const errorInStream: Reply = (response) => {
  begin(response, { role: 'assistant', content: 'half of an' });
  response.end('data: {"error": {"message": "The tests are overloaded"}}\n\n');
};
const neverAnswers: Reply = () => undefined;
const neverEnds: Reply = (response) => begin(response, { role: 'assistant', content: 'and so on' });

function results(ended: CommandOutput): Record<string, ResultObject> {
  return Object.fromEntries(runOf(ended).results.map((result) => [result.task, result]));
}

async function eventsNamed<Type extends RunEventType>(ended: CommandOutput, type: Type): Promise<EventOf<Type>[]> {
  const events = await eventsOf(runOf(ended).run_dir);
  return events.filter((event: RunEvent): event is EventOf<Type> => event.type === type);
}

describe('a provider that fails permanently', () => {
  it('A permanent provider error fails only the affected task, with the reason.', async () => {
    replyInOrder({
      e500: always(status(500)),
      e400: always(status(400)),
      e404: always(status(404)),
      html: always(webPage),
      cut: always(truncatedStream),
      broken: always(brokenConnection),
      inside: always(errorInStream),
    });
    const names = ['e500', 'e400', 'e404', 'html', 'cut', 'broken', 'inside'];
    const ended = await run([
      ...names.map((name) => ({ name })),
      { name: 'fine' },
      { name: 'good', context: ['fine'] },
    ]);
    const found = results(ended);
    expect(Object.fromEntries(names.map((name) => [name, found[name]?.error?.kind]))).toEqual({
      e500: 'http',
      e400: 'http',
      e404: 'http',
      html: 'bad_answer',
      cut: 'bad_answer',
      broken: 'bad_answer',
      inside: 'bad_answer',
    });
    // Transient errors are retried; client errors are not.
    const calls = Object.fromEntries(names.map((name) => [name, server.callsOf(name)]));
    expect(calls).toEqual({ e500: 2, e400: 1, e404: 1, html: 2, cut: 2, broken: 2, inside: 2 });
    for (const name of names)
      expect(found[name]).toMatchObject({ status: 'failed', attempts: calls[name], result: null });
    expect(found.e500?.error?.message).toContain('The tests say 500.');
    expect(found.e404?.error?.message).toContain('Check the model and the base URL');
    expect(found.html?.error?.message).toContain('a web page');
    expect(found.inside?.error?.message).toContain('The tests are overloaded');
    expect(found.good).toMatchObject({ status: 'completed', degraded: false, result: 'good is done' });
    expect([server.callsOf('fine'), server.callsOf('good')]).toEqual([1, 1]);
    expect(runOf(ended)).toMatchObject({ outcome: 'failed', completed_tasks: 2, failed_tasks: 7 });
    expect(ended.code).toBe(1);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  it('A rejected key is reported without the key and called once per task.', async () => {
    server.reply = status(401);
    const key = 'sk-of-the-tests-0123456789';
    const ended = await run([{ name: 'one' }, { name: 'two' }], { OPENAI_API_KEY: key });
    expect(results(ended).one?.error).toMatchObject({ kind: 'auth', message: expect.stringContaining('another key') });
    expect([server.callsOf('one'), server.callsOf('two')]).toEqual([1, 1]);
    expect(ended.stdout + ended.stderr).not.toContain(key);
    expect(ended.code).toBe(1);
  });

  it('A dependent of a failed task runs degraded or is skipped, as the crew specifies.', async () => {
    replyInOrder({ bad: always(status(500)) });
    const ended = await run([
      { name: 'bad' },
      { name: 'continues', context: ['bad'] },
      { name: 'skips', context: ['bad'], on_dependency_failure: 'skip' },
      { name: 'last', context: ['continues', 'skips'] },
    ]);
    expect(results(ended)).toMatchObject({
      bad: { status: 'failed' },
      continues: { status: 'completed', degraded: true },
      skips: { status: 'skipped', attempts: 0, started_s: null },
      last: { status: 'completed', degraded: true },
    });
    expect(server.callsOf('skips')).toBe(0);
    expect(runOf(ended)).toMatchObject({ outcome: 'completed_degraded', success_rate: 50 });
    expect(ended.code).toBe(1);
  });

  it('A provider that does not respond is reported as such.', async () => {
    await server.close();
    const ended = await run([{ name: 'one' }]);
    expect(results(ended).one).toMatchObject({
      status: 'failed',
      attempts: 2,
      error: { kind: 'network', message: expect.stringContaining('No response from') },
    });
  });
});

describe('a provider that recovers', () => {
  it('A transient error is retried, and no part of a broken answer is used.', async () => {
    replyInOrder({
      e500: [status(500)],
      e408: [status(408)],
      html: [webPage],
      cut: [truncatedStream],
      broken: [brokenConnection],
    });
    const names = ['e500', 'e408', 'html', 'cut', 'broken'];
    const ended = await run([...names.map((name) => ({ name })), { name: 'last', context: names }]);
    expect(ended.code).toBe(0);
    const found = results(ended);
    for (const name of names) {
      expect(found[name]).toMatchObject({ status: 'completed', attempts: 2, result: `${name} is done`, error: null });
    }
    expect(server.callsOf('last')).toBe(1);
    expect(JSON.stringify(server.sent)).not.toContain('half of an');
  });

  it('A retry repeats neither answered model calls nor tool calls.', async () => {
    const write: Reply = (response) => callTool(response, 'file_writer', { path: 'a.txt', content: 'x' });
    replyInOrder({ writes: [write, status(500)] });
    const ended = await run([{ name: 'writes' }]);
    expect(results(ended).writes).toMatchObject({ status: 'completed', attempts: 2, result: 'writes is done' });
    expect(server.sent.map((messages) => messages.map(({ role }) => role).join(' '))).toEqual([
      'system user',
      'system user assistant tool',
      'system user assistant tool',
    ]);
    expect(await eventsNamed(ended, 'tool.call')).toHaveLength(1);
    expect(await readFile(command.path('workspace', 'a.txt'), 'utf8')).toBe('x');
  });
});

describe("a provider's limit", () => {
  it('A rate-limited call waits for Retry-After and uses no retry.', async () => {
    const at: number[] = [];
    const note =
      (reply: Reply): Reply =>
      (response, call) => {
        at.push(performance.now());
        reply(response, call);
      };
    const busy = note(status(429, { 'retry-after': '1' }));
    const done = note((response) => answer(response, 'done'));
    replyInOrder({ one: [busy, note(status(503, { 'retry-after': '1' })), done] });
    const ended = await run([{ name: 'one', retries: { max: 0 } }]);
    expect(results(ended).one).toMatchObject({ status: 'completed', attempts: 3, result: 'done' });
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(990);
    expect((at[2] ?? 0) - (at[1] ?? 0)).toBeGreaterThanOrEqual(990);
    for (const { result, rate_limited } of (await eventsNamed(ended, 'attempt.ended')).slice(0, 2)) {
      expect([result, rate_limited]).toEqual(['error', true]);
    }
  });

  it('Simultaneous refusals halve the call limit once.', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const waiting: (() => void)[] = [];
    // All four calls are refused together, once the last one has arrived.
    const together: Reply = (response) => {
      waiting.push(() => refuse(response, 429, { 'retry-after': '2' }));
      if (waiting.length === names.length) for (const go of waiting) go();
    };
    let inFlight = 0;
    let most = 0;
    const counted: Reply = (response, { task }) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      setTimeout(() => {
        inFlight -= 1;
        answer(response, `${task} is done`);
      }, 50);
    };
    replyInOrder(Object.fromEntries(names.map((name) => [name, [together, counted]])));
    const ended = await run(names.map((name) => ({ name })));
    expect(runOf(ended)).toMatchObject({ outcome: 'completed', completed_tasks: 4 });
    // Each later refusal extends the cooldown slightly.
    const [refused, ...longer] = await eventsNamed(ended, 'limiter');
    expect(refused).toMatchObject({ in_flight: 2, reason: 'refused' });
    for (const event of longer) expect(event).toMatchObject({ in_flight: 2, reason: 'extended' });
    expect(most).toBeLessThanOrEqual(2);
    expect(names.map((name) => server.callsOf(name))).toEqual([2, 2, 2, 2]);
  });
});

describe('a call that never ends', () => {
  it('A call that is silent or endless ends at its deadline, and other tasks continue.', async () => {
    const left: string[] = [];
    const watched =
      (reply: Reply): Reply =>
      (response, call) => {
        response.on('close', () => left.push(call.task));
        reply(response, call);
      };
    replyInOrder({ silent: always(watched(neverAnswers)), endless: always(watched(neverEnds)) });
    const ended = await run([
      { name: 'silent', timeout_s: 0.4 },
      { name: 'endless', timeout_s: 0.4 },
      { name: 'fine' },
      { name: 'last', context: ['silent', 'endless', 'fine'] },
    ]);
    expect(results(ended)).toMatchObject({
      silent: { status: 'failed', attempts: 2, error: { kind: 'timeout', message: expect.stringContaining('0.4 s') } },
      endless: { status: 'failed', attempts: 2, error: { kind: 'timeout' } },
      fine: { status: 'completed', attempts: 1 },
      last: { status: 'completed', degraded: true, attempts: 1 },
    });
    expect(server.callsOf('fine')).toBe(1);
    await until(
      () => left.length === 4,
      () => `all calls are aborted: ${left}`,
    );
    const ends = (await eventsNamed(ended, 'attempt.ended')).filter(({ task }) => task === 'silent');
    expect(ends.map(({ result, kind }) => [result, kind])).toEqual([
      ['timeout', 'timeout'],
      ['timeout', 'timeout'],
    ]);
  });
});
