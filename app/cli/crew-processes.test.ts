import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventsOf, runOf } from './testing/built-command.ts';
import { command, server } from './testing/command-and-server.ts';
import { answer } from './testing/model-server.ts';
import { type RunningCommand, until } from './testing/running-command.ts';

/** The turn of the last call: `propose:ada`, `vote:ada`. */
function turnOfLastCall(): string {
  const text = JSON.stringify(server.sent.at(-1));
  const agent = /You are (\w+):/.exec(text)?.[1] ?? '';
  return `${text.includes('# Vote: ') ? 'vote' : 'propose'}:${agent}`;
}

/** Answers every call except those of the turn `blocked`, and counts the calls per turn. */
function serve(blocked: string, times: Map<string, number>): void {
  server.reply = (response) => {
    const turn = turnOfLastCall();
    times.set(turn, (times.get(turn) ?? 0) + 1);
    if (turn === blocked) return;
    answer(response, turn.startsWith('vote') ? '{"vote": "cy"}' : `${turn} with a motto`);
  };
}

describe('a consensual run', () => {
  it('A consensual run killed during its proposals and again during its votes repeats no finished turn.', async () => {
    const file = await command.write('council.crew.json', {
      format: 'crewlane/1',
      name: 'council',
      process: 'consensual',
      agents: ['ada', 'bo', 'cy'].map((name) => ({ name, role: 'Worker', goal: 'Work' })),
      tasks: [{ name: 'motto', description: 'Do motto.', expected_output: 'A word', async: true }],
    });
    const times = new Map<string, number>();
    const runs = join(command.home, 'runs');
    const killOnce = async (running: RunningCommand, kind: string): Promise<string> => {
      const dir = async () => join(runs, (await readdir(runs).catch(() => []))[0] ?? '');
      const hasTwoEnded = async () => {
        const events = await eventsOf(await dir()).catch(() => []);
        const ends = events.filter((event) => event.type === 'attempt.ended' && event.turn?.startsWith(kind));
        return ends.filter((event) => event.type === 'attempt.ended' && event.result === 'ok').length === 2;
      };
      await until(hasTwoEnded, () => `two ${kind} turns have ended`);
      running.signal('SIGKILL');
      await running.ended;
      return dir();
    };
    serve('propose:cy', times);
    const dir = await killOnce(
      command.start(['run', file, '--base-url', server.baseUrl, '--model', 'm', '--json']),
      'propose',
    );
    serve('vote:cy', times);
    await killOnce(command.start(['resume', dir, '--json']), 'vote');
    serve('nobody', times);
    const ended = await command.run(['resume', dir, '--json']);
    expect(ended.code).toBe(0);
    expect(runOf(ended).results).toMatchObject([
      { assigned_agent: 'cy', status: 'completed', result: 'propose:cy with a motto' },
    ]);
    expect(Object.fromEntries(times)).toEqual({
      'propose:ada': 1,
      'propose:bo': 1,
      'propose:cy': 2,
      'vote:ada': 1,
      'vote:bo': 1,
      'vote:cy': 2,
    });
  });
});

describe('the example crews for the crew processes', () => {
  it('The examples complete in a rehearsal with votes, assignments, a manager review that sends back, and a delegation.', async () => {
    const [council, managed] = await Promise.all(
      ['council_of_three', 'assigned_by_manager'].map((name) => command.run(['run', command.example(name), '--json'])),
    );
    for (const ended of [council, managed]) expect(ended && runOf(ended).outcome).toBe('completed');
    const kinds = async (ended: typeof council) => {
      const events = ended ? await eventsOf(runOf(ended).run_dir) : [];
      return events.map((event) => {
        if (event.type === 'check') return `${event.what} ${event.passed}`;
        if (event.type === 'delegation.started') return event.judges ?? 'delegation';
        return event.type;
      });
    };
    expect((await kinds(council)).filter((kind) => kind === 'vote')).toHaveLength(14);
    expect(await kinds(managed)).toEqual(
      expect.arrayContaining(['task.assigned', 'delegation', 'manager_review true', 'manager_review false']),
    );
  });
});

describe('a result on standard output', () => {
  it.runIf(process.platform === 'linux')(
    'A result that cannot be written to standard output is reported, and the exit code is 1.',
    async () => {
      server.reply = (response) => answer(response, 'done');
      const file = await command.write('one.crew.json', {
        format: 'crewlane/1',
        name: 'one',
        agents: [{ name: 'ada', role: 'Worker', goal: 'Work' }],
        tasks: [{ name: 'draft', description: 'Do draft.', expected_output: 'A word', agent: 'ada' }],
      });
      const full = await open('/dev/full', 'w');
      const args = ['run', file, '--base-url', server.baseUrl, '--json'];
      const ended = await command.start(args, {}, full.fd).ended;
      await full.close();
      expect(ended.code).toBe(1);
      expect(ended.stderr).toContain('Could not write to standard output: ENOSPC');
    },
  );
});
