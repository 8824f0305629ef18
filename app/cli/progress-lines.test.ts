import { describe, expect, it } from 'vitest';
import { crewSchema } from '../../shared/crew/schema.ts';
import type { RunEvent } from '../../shared/run/events.ts';
import { ProgressLines } from './progress-lines.ts';
import { grouped, stripControlCharacters, table, truncateToWidth, width } from './text.ts';

const crew = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  agents: ['ada', 'bob'].map((name) => ({ name, role: 'r', goal: 'g', verbose: name === 'ada' })),
  tasks: ['first', 'second'].map((name) => ({ name, description: 'd', expected_output: 'e', agent: 'ada' })),
});

const start = (task: string, agent: string): RunEvent => {
  return { type: 'attempt.started', seq: 1, t: 1200, task, attempt: 1, slot: 3, agent };
};
const tool = (task: string, agent: string, name: string): RunEvent => {
  return { type: 'tool.call', seq: 2, t: 1500, task, attempt: 1, agent, call_id: 'c', name, ms: 5, ok: true };
};

describe('progress lines', () => {
  it('Progress lines show the titles of items and rounds, and why a task was not chosen.', () => {
    const [first, second] = crew.tasks.map((task) => ({ ...task }));
    if (!first || !second) throw new Error('The crew has two tasks.');
    const tasks = [
      { ...first, title: 'City {item}', for_each: { input: 'cities', as: 'item' } },
      { ...second, repeat: { until: 'round == 2' } },
    ];
    const lines = new ProgressLines(crewSchema.parse({ ...crew, tasks }), { turns: false });
    const done = { type: 'task.completed', t: 0, text: '' } as const;
    const events: RunEvent[] = [
      { type: 'task.expanded', seq: 1, t: 0, task: 'second', kind: 'repeat', count: 1, round: 1 },
      { type: 'task.expanded', seq: 2, t: 0, task: 'first', kind: 'for_each', count: 1, titles: ['City Oslo'] },
      { ...done, seq: 3, task: 'first#1' },
      { ...done, seq: 4, task: 'second@1' },
      { type: 'task.not_chosen', seq: 5, t: 0, task: 'second', because: 'when' },
    ];
    expect(lines.of(events).replaceAll(/ +/g, ' ').split('\n')).toEqual([
      ' 0.00 s City Oslo completed',
      ' 0.00 s Second, round 1 completed',
      ' 0.00 s Second not chosen: its condition is false',
      '',
    ]);
  });

  it('Progress lines show each distinct tool call of a verbose agent, and only starts of other agents.', () => {
    const lines = new ProgressLines(crew, { turns: true });
    const write = tool('first', 'ada', 'file_writer');
    expect(lines.of([start('first', 'ada'), write, write, tool('first', 'ada', 'query_data')])).toBe(
      '   1.20 s  First starts on slot 3 (ada)\n   1.50 s    First: file_writer\n   1.50 s    First: query_data\n',
    );
    expect(lines.of([start('second', 'bob'), tool('second', 'bob', 'query_data')])).toBe(
      '   1.20 s  Second starts on slot 3 (bob)\n',
    );
  });

  it('A progress line shows a tool that fails after it succeeded.', () => {
    const lines = new ProgressLines(crew, { turns: true });
    const read = tool('first', 'ada', 'file_reader');
    const failed = { ...read, ok: false };
    expect(lines.of([read, read, failed, failed, read])).toBe(
      ['', ' (failed)', ''].map((how) => `   1.50 s    First: file_reader${how}\n`).join(''),
    );
  });

  it('A progress line shows why an attempt failed and when it is retried.', () => {
    const lines = new ProgressLines(crew, { turns: false });
    const failed: RunEvent = {
      type: 'attempt.ended',
      seq: 3,
      t: 2000,
      task: 'first',
      attempt: 1,
      result: 'error',
      kind: 'http',
      message: 'It answered\nwith 500.',
      retry_at: 3500,
    };
    expect(lines.of([failed])).toBe('   2.00 s  First: attempt 1 failed: It answered with 500. Retrying in 1.50 s.\n');
    expect(lines.of([{ ...failed, message: 'It said: 500 overloaded' }])).toContain(
      'It said: 500 overloaded. Retrying',
    );
  });
});

describe('text on a terminal', () => {
  it('A table aligns its columns and counts an emoji as two columns.', () => {
    expect(
      table([
        ['📊 A', 'x'],
        ['B', 'y'],
      ]),
    ).toBe('📊 A  x\nB     y\n');
    expect([width('📊'), width('é'), width('日本')]).toEqual([2, 1, 4]);
    expect(truncateToWidth('abcdef', 4)).toBe('abc…');
  });

  it('Terminal text has no control characters, and numbers group their thousands.', () => {
    expect(stripControlCharacters('a\u001b[2Jb\nc')).toBe('a [2Jb c');
    expect([0, 999, 1000, 1234567, 1234.5].map(grouped)).toEqual(['0', '999', '1,000', '1,234,567', '1,234.5']);
  });
});
