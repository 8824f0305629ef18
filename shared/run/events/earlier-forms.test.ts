import { expect, it } from 'vitest';
import { runEventSchema } from '../events.ts';
import { toCurrentForm } from './earlier-forms.ts';

const CALL = {
  type: 'llm.call',
  seq: 1,
  t: 1,
  task: 'a',
  attempt: 1,
  agent: 'ada',
  model: 'm',
  ms: 1,
  first_token_ms: null,
  prompt_tokens: 100,
  completion_tokens: 1,
  cost_usd: null,
};

it.each([
  [{ cached_prompt_tokens: 90 }, { cached_tokens: 90 }],
  [{ removed_characters: 12 }, { shortened: 12 }],
  [{ last_answer: true }, { final: 'iterations' }],
  [
    { last_answer: 'call_limit', cached_prompt_tokens: 1 },
    { final: 'call_limit', cached_tokens: 1 },
  ],
  [{ error: { kind: 'no_credit', message: 'No.' } }, { error: { kind: 'quota', message: 'No.' } }],
  [{ adjusted: ['seed was left out'] }, { adjusted: ['seed was left out'] }],
])('The call %j of an earlier journal is read as %j.', (earlier, current) => {
  expect(runEventSchema.parse(toCurrentForm({ ...CALL, ...earlier }))).toEqual({ ...CALL, ...current });
});
