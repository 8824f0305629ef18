import { expect, test } from 'vitest';
import { type Crew, crewSchema } from '../crew/schema.ts';
import type { Input } from './base/input.ts';
import { Driven } from './testing/driven.ts';

function crewOf(...tasks: Record<string, unknown>[]): Crew {
  const common = { description: 'Write', expected_output: 'A text', agent: 'ada', async: true };
  return crewSchema.parse({
    format: 'crewlane/1',
    name: 'crew',
    agents: [{ name: 'ada', role: 'Writer', goal: 'Write' }],
    tasks: tasks.map((task) => ({ ...common, ...task })),
  });
}

const READY: Input[] = [
  { type: 'slot.started', slot: 1, where: 'local:7' },
  { type: 'slot.ready', slot: 1, where: 'local:7', ms: 0 },
];
const key = (task: string, attempt = 1) => ({ run: 'run-1', task, attempt, turn: null });
const value = (task: string): Input => ({
  type: 'turn.ended',
  key: key(task),
  outcome: { status: 'value', text: 'So.' },
  random: 0,
});

test('a ready slot receives the first turn with the permit for its first call', () => {
  const driven = new Driven(crewOf({ name: 'one' }));
  expect(driven.give(...READY)).toMatchObject([
    { type: 'submitTurn', slot: 1, submission: { key: key('one'), permit: 'permit-1' } },
  ]);
});

test('an outcome ends its turn once; a repeated or unknown outcome is acknowledged and changes nothing', () => {
  const driven = new Driven(crewOf({ name: 'one' }, { name: 'two', context: ['one'] }));
  driven.give(...READY);
  const [ended, next] = driven.give(value('one'));
  expect(ended).toEqual({ type: 'acknowledge', key: key('one'), events: 0, outcome: true, fenced: false });
  expect(next).toMatchObject({ type: 'submitTurn', submission: { key: key('two') } });
  const { seq } = driven.run;
  for (const late of [value('one'), value('nobody')]) {
    expect(driven.give(late)).toMatchObject([{ type: 'acknowledge', outcome: true, fenced: true }]);
  }
  expect(driven.run.seq).toBe(seq);
});

test('a result is written to its output_file before the task completes, and an outcome during the write is refused', () => {
  const driven = new Driven(crewOf({ name: 'one', output_file: 'one.md' }));
  driven.give(...READY);
  const id = { type: 'turn', key: key('one') } as const;
  expect(driven.give(value('one'))).toEqual([{ type: 'writeFile', id, file: 'one.md', text: 'So.' }]);
  expect(driven.give(value('one'))).toMatchObject([{ type: 'acknowledge', fenced: true }]);
  expect(driven.run.tasks.get('one')?.status).toBe('pending');
  const effects = driven.give({ type: 'file.written', id, result: { ok: true } });
  expect(driven.run.tasks.get('one')?.status).toBe('completed');
  expect(effects.map(({ type }) => type)).toEqual(['acknowledge', 'close']);
});

test('run.finished is the last event, also if a slot reports before the run has closed', () => {
  const driven = new Driven(crewOf({ name: 'one' }));
  driven.give(...READY);
  const { control } = driven;
  control.step(value('one'), 0);
  while (driven.run.outcome === null) control.step(null, 0);
  const { seq } = driven.run;
  control.step({ type: 'slot.exited', slot: 1, where: 'local:7', reason: 'memory', detail: undefined }, 0);
  control.step({ type: 'slot.started', slot: 1, where: 'local:8' }, 0);
  expect(driven.run.seq).toBe(seq);
  expect(driven.give({ type: 'continue' })).toContainEqual({ type: 'close' });
});

test('a reply has the number of its command, and a refused command changes nothing', () => {
  const driven = new Driven(crewOf({ name: 'one', human_review: 'before' }), { reviewer: 'person' });
  driven.give(...READY);
  const answer = (task: string, id: number): Input => ({
    type: 'command',
    id,
    command: { type: 'answerReview', task, answer: { answer: 'approved' } },
  });
  expect(driven.give(answer('nobody', 1))).toMatchObject([{ type: 'reply', command: 1, result: { ok: false } }]);
  expect(driven.give(answer('one', 2))).toMatchObject([
    { type: 'reply', command: 2, result: { ok: true } },
    { type: 'submitTurn', submission: { key: key('one') } },
  ]);
});

test('an interrupted run cancels its turns, and closes when the last one has ended', () => {
  const driven = new Driven(crewOf({ name: 'one' }));
  driven.give(...READY);
  const interrupt: Input = { type: 'command', id: null, command: { type: 'interrupt', reason: 'quit' } };
  expect(driven.give(interrupt)).toMatchObject([{ type: 'cancelTurn', key: key('one') }]);
  const ended: Input = { type: 'turn.ended', key: key('one'), outcome: { status: 'cancelled' }, random: 0 };
  expect(driven.give(ended).map(({ type }) => type)).toEqual(['acknowledge', 'close']);
  expect(driven.control.ending).toMatchObject({ status: 'interrupted', reason: 'quit' });
  // Later slot reports do not belong to the run.
  const { seq } = driven.run;
  expect(driven.give(...READY)).toEqual([]);
  expect(driven.run.seq).toBe(seq);
});

test('a slot that uses more memory than allowed is killed', () => {
  const driven = new Driven(crewOf({ name: 'one' }));
  driven.give(...READY);
  const samples = [{ slot: 1, cpuPercent: 1, memoryBytes: 2 ** 50 }];
  expect(driven.give({ type: 'slot.sampled', samples })).toEqual([{ type: 'killSlot', slot: 1, reason: 'memory' }]);
});
