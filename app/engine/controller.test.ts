import { afterEach, beforeEach, expect, test } from 'vitest';
import { Controller } from './controller.ts';
import type { Effect } from './effect.ts';
import type { Input } from './input.ts';
import type { RunRequest } from './request.ts';
import { memoryDeps } from './testing/memory-run.ts';
import { makeCrew, Rig, type TaskInput } from './testing/rig.ts';

let rig: Rig;
beforeEach(() => {
  rig = new Rig();
});
afterEach(() => rig.remove());

/** A controller without a shell: the test passes inputs and inspects effects, which are not performed. */
class Driven {
  readonly controller: Controller;
  readonly #deps;

  constructor(tasks: readonly TaskInput[], more: Partial<RunRequest> = {}) {
    this.#deps = memoryDeps(rig.request(makeCrew(tasks), 1, more));
    this.controller = new Controller({ ...this.#deps, wake: () => undefined });
  }

  get state() {
    return this.#deps.recorder.state;
  }

  /** Handles inputs as the shell does, and returns the effects. */
  give(...inputs: Input[]): Effect[] {
    const effects: Effect[] = [];
    for (const input of inputs) {
      this.controller.react(input);
      while (this.controller.decide());
      this.controller.rest();
      effects.push(...this.controller.takeEffects());
    }
    return effects;
  }
}

const READY: Input[] = [
  { type: 'slot.started', slot: 1, where: 'local:7' },
  { type: 'slot.ready', slot: 1, where: 'local:7', ms: 0 },
];
const key = (task: string, attempt = 1) => ({ run: 'memory', task, attempt, turn: null });
const value = (task: string): Input => ({
  type: 'turn.ended',
  key: key(task),
  outcome: { status: 'value', text: 'So.' },
  random: 0,
});

test('a ready slot receives the first turn with the permit for its first call', () => {
  const driven = new Driven([{ name: 'one' }]);
  expect(driven.give(...READY)).toMatchObject([
    { type: 'submitTurn', slot: 1, submission: { key: key('one'), permit: 'permit-1' } },
  ]);
});

test('an outcome ends its turn once; a repeated or unknown outcome is acknowledged and changes nothing', () => {
  const driven = new Driven([{ name: 'one' }, { name: 'two', context: ['one'] }]);
  driven.give(...READY);
  const [ended, next] = driven.give(value('one'));
  expect(ended).toEqual({ type: 'acknowledge', key: key('one'), events: 0, outcome: true, fenced: false });
  expect(next).toMatchObject({ type: 'submitTurn', submission: { key: key('two') } });
  const { seq } = driven.state;
  for (const late of [value('one'), value('nobody')]) {
    expect(driven.give(late)).toMatchObject([{ type: 'acknowledge', outcome: true, fenced: true }]);
  }
  expect(driven.state.seq).toBe(seq);
});

test('a result is written to its output_file before the task completes, and an outcome during the write is refused', () => {
  const driven = new Driven([{ name: 'one', output_file: 'one.md' }]);
  driven.give(...READY);
  const id = { type: 'turn', key: key('one') } as const;
  expect(driven.give(value('one'))).toEqual([{ type: 'writeFile', id, file: 'one.md', text: 'So.' }]);
  expect(driven.give(value('one'))).toMatchObject([{ type: 'acknowledge', fenced: true }]);
  expect(driven.state.tasks.get('one')?.status).toBe('pending');
  const effects = driven.give({ type: 'file.written', id, result: { ok: true } });
  expect(driven.state.tasks.get('one')?.status).toBe('completed');
  expect(effects.map(({ type }) => type)).toEqual(['acknowledge', 'close']);
});

test('a reply has the number of its command, and a refused command changes nothing', () => {
  const driven = new Driven([{ name: 'one', human_review: 'before' }], { reviewer: 'person' });
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
  const driven = new Driven([{ name: 'one' }]);
  driven.give(...READY);
  const interrupt: Input = { type: 'command', id: null, command: { type: 'interrupt', reason: 'quit' } };
  expect(driven.give(interrupt)).toMatchObject([{ type: 'cancelTurn', key: key('one') }]);
  const ended: Input = { type: 'turn.ended', key: key('one'), outcome: { status: 'cancelled' }, random: 0 };
  expect(driven.give(ended).map(({ type }) => type)).toEqual(['acknowledge', 'close']);
  expect(driven.controller.ending).toMatchObject({ status: 'interrupted', reason: 'quit' });
  // Later slot reports do not belong to the run.
  const { seq } = driven.state;
  expect(driven.give(...READY)).toEqual([]);
  expect(driven.state.seq).toBe(seq);
});

test('a slot that uses more memory than allowed is killed', () => {
  const driven = new Driven([{ name: 'one' }]);
  driven.give(...READY);
  const samples = [{ slot: 1, cpuPercent: 1, memoryBytes: 2 ** 50 }];
  expect(driven.give({ type: 'slot.sampled', samples })).toEqual([{ type: 'killSlot', slot: 1, reason: 'memory' }]);
});
