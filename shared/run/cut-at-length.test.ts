import { describe, expect, test } from 'vitest';
import { crewSchema } from '../crew/schema.ts';
import { isCutAtLength } from './cut-at-length.ts';
import type { EventDraft } from './events.ts';
import { applyEvent, newRun } from './fold.ts';

const crew = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  process: 'consensual',
  agents: ['ada', 'bo'].map((name) => ({ name, role: 'r', goal: 'g' })),
  tasks: [{ name: 'a', description: 'd', expected_output: 'e' }],
});

const numbers = { ms: 1, first_token_ms: null, prompt_tokens: 1, completion_tokens: 1, cost_usd: 0, model: 'm' };
const of = { task: 'a', attempt: 1 };
const start = (turn?: string): EventDraft => ({
  type: 'attempt.started',
  ...of,
  slot: 1,
  agent: 'ada',
  ...(turn ? { turn } : {}),
});
const call = (isCut: boolean, more: { turn?: string; delegation?: string } = {}): EventDraft => ({
  type: 'llm.call',
  ...of,
  agent: 'ada',
  ...numbers,
  ...more,
  ...(isCut ? { cut_at_length: true } : {}),
});
const end = (turn?: string): EventDraft => ({
  type: 'attempt.ended',
  ...of,
  result: 'ok',
  ...(turn ? { turn, text: `of ${turn}` } : {}),
});
const completed = (more: { edited?: true } = {}): EventDraft => ({
  type: 'task.completed',
  task: 'a',
  text: 'It ends in the mid',
  ...more,
});

function isCutAfter(...drafts: EventDraft[]): boolean {
  const run = newRun(crew);
  for (const [at, draft] of drafts.entries()) applyEvent(run, { ...draft, seq: at + 1, t: at });
  const task = run.tasks.get('a');
  if (!task) throw new Error('There is no task.');
  return isCutAtLength(task);
}

describe('a result is truncated', () => {
  test('A result is truncated if the last answer of its own agent was', () => {
    expect(isCutAfter(start(), call(true), end(), completed())).toBe(true);
    expect(isCutAfter(start(), call(true), call(false), end(), completed())).toBe(false);
    expect(isCutAfter(start(), call(false), call(true, { delegation: 'd1' }), end(), completed())).toBe(false);
  });

  test('A result that a person edited, or that is not complete yet, is not truncated', () => {
    expect(isCutAfter(start(), call(true), end(), completed({ edited: true }))).toBe(false);
    expect(isCutAfter(start(), call(true))).toBe(false);
  });

  test('A consensual result is truncated if the winning proposal is', () => {
    const proposals = (cut: string) =>
      ['ada', 'bo'].flatMap((agent) => {
        const turn = `propose:${agent}`;
        return [start(turn), call(agent === cut, { turn }), end(turn)];
      });
    const voted: EventDraft = { type: 'vote', ...of, turn: 'vote:ada', agent: 'ada', choice: 'bo' };
    const votes = [start('vote:ada'), call(true, { turn: 'vote:ada' }), voted, end('vote:ada'), completed()];
    expect(isCutAfter(...proposals('bo'), ...votes)).toBe(true);
    expect(isCutAfter(...proposals('ada'), ...votes)).toBe(false);
  });
});
