import { afterAll, beforeAll, expect, it } from 'vitest';
import { BuiltCommand } from './testing/built-command.ts';

let command: BuiltCommand;
beforeAll(async () => {
  command = await BuiltCommand.make();
});
afterAll(() => command.remove());

const task = (name: string) => {
  return { name, description: 'Do it.', expected_output: 'It', agent: 'ada', async: true, estimate_s: 1 };
};

/** Writes a crew of three tasks, each of a second. */
function write(file: string, settings: object, agent: object = {}): Promise<string> {
  const agents = [{ name: 'ada', role: 'Worker', goal: 'Work', ...agent }];
  const tasks = ['a', 'b', 'c'].map(task);
  return command.write(file, { format: 'crewlane/1', name: 'crew', settings, agents, tasks });
}

it('plan includes the limits of the crew, and says where their numbers come from', async () => {
  const file = await write('limited.crew.json', { max_rpm: 2, max_tokens_per_minute: 9000 }, { max_rpm: 5 });
  const { stdout } = await command.run(['plan', file, '--slots', '3']);
  expect(stdout).toContain('3 slots, predicted makespan 1 min 02 s, lower bound 1.00 s');
  expect(stdout).toContain(
    'Includes the limits of 2 requests per minute, 9,000 tokens per minute, 5 requests per minute for ada. ' +
      'Model calls: one per turn, with the tokens of its texts, for 3 tasks.',
  );
  const planned = JSON.parse((await command.run(['plan', file, '--slots', '3', '--json'])).stdout);
  expect(planned.makespan_s).toBe(62);
  expect(planned.limits).toEqual({
    max_rpm: 2,
    max_tokens_per_minute: 9000,
    agents_max_rpm: { ada: 5 },
    calls_measured_tasks: 0,
    calls_assumed_tasks: 3,
  });
});

it('simulate includes the limits for each number of slots', async () => {
  const file = await write('limited.crew.json', { max_rpm: 2 });
  const { stdout } = await command.run(['simulate', file, '--slots', '1,3']);
  expect(stdout).toContain('Includes the limits of 2 requests per minute.');
  const rows = JSON.parse((await command.run(['simulate', file, '--slots', '1,3', '--json'])).stdout);
  expect(rows).toEqual([
    { slots: 1, makespan_s: 62 },
    { slots: 3, makespan_s: 62 },
  ]);
});

it('plan says nothing about limits for a crew without limits', async () => {
  const file = await write('free.crew.json', {});
  const planned = JSON.parse((await command.run(['plan', file, '--slots', '3', '--json'])).stdout);
  expect(planned).not.toHaveProperty('limits');
  expect(planned.makespan_s).toBe(1);
  expect((await command.run(['plan', file])).stdout).not.toContain('limits');
});
