import { describe, expect, it } from 'vitest';
import type { RecordedCall } from '../../../shared/recording/recording.ts';
import { type EventDraft, type RunEvent, runEventSchema } from '../../../shared/run/events.ts';
import type { PersonAnswer, ReviewAnswer } from '../request.ts';
import { recordedEntries } from './recorded-entries.ts';
import { Replay } from './replay.ts';
import { ReplayedPerson } from './replayed-person.ts';

function eventsOf(...drafts: EventDraft[]): RunEvent[] {
  return drafts.map((draft, at) => runEventSchema.parse({ ...draft, seq: at + 1, t: at * 10 }));
}

const REVIEWS: EventDraft[] = [
  { type: 'review.asked', task: 'a', when: 'before' },
  { type: 'review.answered', task: 'a', when: 'before', answer: 'approved', remark: 'Be brief.' },
  { type: 'review.asked', task: 'a', when: 'after' },
  { type: 'review.answered', task: 'a', when: 'after', answer: 'sent_back', remark: 'Shorter.' },
  { type: 'review.asked', task: 'a', when: 'after' },
  { type: 'review.answered', task: 'a', when: 'after', answer: 'edited' },
  { type: 'task.completed', task: 'a', text: 'Mine.' },
  { type: 'review.asked', task: 'b', when: 'tool', attempt: 1, id: 'x', agent: 'ada', tool: 'send', arguments: {} },
  { type: 'review.answered', task: 'b', when: 'tool', id: 'x', answer: 'edited', arguments: { to: 'bo' } },
  { type: 'question.asked', task: 'b', attempt: 1, id: 'y', agent: 'ada', question: 'Which?' },
  { type: 'question.answered', task: 'b', id: 'y', answer: 'The first.' },
];

describe('The answers of people', () => {
  it('A replay gives the answers of the recording, in their order for each task.', async () => {
    const entries = await recordedEntries(eventsOf(...REVIEWS), async () => null);
    const header = { format: 'crewlane-recording/1' as const, crew_sha256: '', context_windows: {} };
    const given: (ReviewAnswer | PersonAnswer)[] = [];
    const take = async (answer: ReviewAnswer | PersonAnswer) => {
      given.push(answer);
      return { ok: true as const };
    };
    const missing: string[] = [];
    const run = {
      answerReview: (_: string, answer: ReviewAnswer) => take(answer),
      answerQuestion: (_: string, _id: string, answer: PersonAnswer) => take(answer),
      interrupt: (reason: string) => void missing.push(reason),
    };
    const person = new ReplayedPerson(run, new Replay({ header, entries }, 0), (reason) => missing.push(reason));
    for (const event of eventsOf(...REVIEWS)) {
      person.take([event]);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(given).toEqual([
      { answer: 'approved', remark: 'Be brief.' },
      { answer: 'sent_back', remark: 'Shorter.' },
      { answer: 'edited', text: 'Mine.' },
      { answer: 'edited', arguments: { to: 'bo' } },
      { answer: 'answered', text: 'The first.' },
    ]);
    expect(missing).toEqual([]);
    person.take(eventsOf({ type: 'review.asked', task: 'new', when: 'after' }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(missing).toEqual([expect.stringMatching(/no answer of a person for task "new".*--record/), 'review']);
  });
});

describe('Calls without an answer', () => {
  const cancelled: RecordedCall = {
    request: { task: 'a', turn: null, delegated: false, agent: 'ada', messages: [] },
    answer: null,
  };
  const call: EventDraft = {
    type: 'llm.call',
    task: 'a',
    attempt: 1,
    agent: 'ada',
    model: 'm',
    ms: 5,
    first_token_ms: null,
    prompt_tokens: 0,
    completion_tokens: 0,
    cost_usd: 0,
    error: { kind: 'cancelled', message: 'Cancelled.' },
    recorded: '0'.repeat(64),
  };
  const ended = (result: 'timeout' | 'cancelled') =>
    recordedEntries(
      eventsOf(call, { type: 'attempt.ended', task: 'a', attempt: 1, result, message: 'Too slow.' }),
      async () => JSON.stringify(cancelled),
    );

  it('A call that the deadline ended fails at once in a replay; a call that a person cancelled is made again.', async () => {
    const failure = { kind: 'timeout', message: 'Too slow.' };
    expect(await ended('timeout')).toMatchObject([{ kind: 'llm', n: 1, answer: { status: 'failed', failure } }]);
    expect(await ended('cancelled')).toEqual([]);
  });

  it('A call whose blob is damaged, or whose field names were redacted, is missing, and the others remain.', async () => {
    const blobs: readonly (string | null)[] = ['{"[redacted]":1}', 'cut of', null, JSON.stringify(cancelled)];
    const events = blobs.map((_, at): EventDraft => ({ ...call, recorded: `${at}`.repeat(64) }));
    const end: EventDraft = { type: 'attempt.ended', task: 'a', attempt: 1, result: 'timeout', message: 'Too slow.' };
    const read = async (blob: string) => blobs[Number(blob[0])] ?? null;
    expect(await recordedEntries(eventsOf(...events, end), read)).toHaveLength(1);
  });
});
