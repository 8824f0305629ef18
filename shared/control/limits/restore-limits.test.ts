import { expect, test } from 'vitest';
import type { EventDraft, RunEvent } from '../../run/events.ts';
import { applyEvent, newRun } from '../../run/fold.ts';
import { STARTED } from '../../run/testing/started.ts';
import { makeCrew } from '../../scheduler/testing/rig.ts';
import { limitsBefore } from './restore-limits.ts';

const ENDPOINTS = new Map([['ada', { name: 'one', origin: 'https://one.invalid' }]]);

/** Returns when the calls of a run leave the window, if another process resumes it at a moment of both clocks. */
function leavesOf(happened: readonly (readonly [t: number, event: EventDraft])[], at: { t: number; wallMs: number }) {
  const state = newRun(makeCrew({ tasks: [{ name: 'it' }] }));
  for (const [index, [t, draft]] of [[0, STARTED] as const, ...happened].entries()) {
    // A draft with its stamp is an event. The compiler cannot see that through the union of all drafts.
    applyEvent(state, { ...draft, seq: index + 1, t } as RunEvent);
  }
  return limitsBefore(state, ENDPOINTS, at).uses.map(({ leaves }) => leaves);
}

const started = { type: 'attempt.started', task: 'it', attempt: 1, slot: 1, agent: 'ada' } as const;

test('a recorded call leaves the window a minute after it reached its provider, by the clock on the wall', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 1, cost_usd: 0 };
  const call = {
    type: 'llm.call',
    task: 'it',
    attempt: 1,
    agent: 'ada',
    model: 'm',
    ms: 5000,
    first_token_ms: null,
  } as const;
  const ended = { type: 'attempt.ended', task: 'it', attempt: 1, result: 'ok' } as const;
  const happened = [[0, started] as const, [5000, { ...call, ...usage }] as const, [5000, ended] as const];
  // The call reached its provider at 1000. The run stood still for 10 s.
  expect(leavesOf(happened, { t: 5000, wallMs: 15_000 })).toEqual([51_000]);
});

test('a call that a killed process left unrecorded counts until a minute after the process can have lived', () => {
  const lost = { type: 'attempt.ended', task: 'it', attempt: 1, result: 'lost', kind: 'lost', message: '' } as const;
  const at = { t: 3000, wallMs: 3500 };
  // The journal ends at 3000, which was 500 ms ago.
  expect(
    leavesOf(
      [
        [0, started],
        [3000, lost],
      ],
      at,
    ),
  ).toEqual([3000 - 500 + 1100 + 60_000]);
  const stopped = { ...lost, result: 'cancelled', kind: 'cancelled' } as const;
  expect(
    leavesOf(
      [
        [0, started],
        [3000, stopped],
      ],
      at,
    ),
  ).toEqual([3000 - 500 + 60_000]);
});
