import { expect, test } from 'vitest';
import type { SlotOutcome } from '../../slot/slot-outcome.ts';
import type { TurnSubmission } from '../../slot/turn-submission.ts';
import type { ActiveTurn, Ending } from '../base/active-turn.ts';
import { failureOf } from './turn-failure.ts';

function turn(ending: Ending | null): ActiveTurn {
  const key = { run: 'run-1', task: 'it', attempt: 1, turn: null };
  // The only field of a submission that a failure depends on.
  const submission = { timeout_ms: 1500 } as TurnSubmission;
  return {
    key,
    slot: 3,
    agent: 'ada',
    submission,
    shortened: [],
    events: 0,
    ending,
    writing: null,
    toolRequests: new Set(),
  };
}

const VALUE: SlotOutcome = { status: 'value', text: 'So.' };
const BROKEN: SlotOutcome = { status: 'error', failure: { kind: 'network', message: 'Nobody answers.' } };
const lost = (reason: 'crash' | 'memory'): SlotOutcome => ({ status: 'lost', reason, detail: 'exit code 1' });

test('a turn whose deadline has expired failed, whatever its slot reports', () => {
  for (const outcome of [VALUE, BROKEN, lost('crash')]) {
    const failed = failureOf(turn('timeout'), outcome);
    expect(failed).toMatchObject({ result: 'timeout', failure: { message: expect.stringContaining('1.5 s') } });
  }
});

test('a turn that was cancelled for another reason did not fail', () => {
  for (const ending of ['stopped', 'interrupted', 'budget'] as const)
    for (const outcome of [VALUE, BROKEN, lost('crash')]) expect(failureOf(turn(ending), outcome)).toBeNull();
});

test('errors, lost processes and abandoned turns are failures', () => {
  expect(failureOf(turn(null), VALUE)).toBeNull();
  expect(failureOf(turn(null), BROKEN)).toMatchObject({ result: 'error', failure: { kind: 'network' } });
  expect(failureOf(turn(null), { status: 'cancelled' })).toMatchObject({ result: 'error' });
  expect(failureOf(turn(null), lost('crash'))).toMatchObject({ result: 'crash', failure: { kind: 'crash' } });
  expect(failureOf(turn(null), lost('memory'))).toMatchObject({ result: 'crash', failure: { kind: 'memory' } });
});
