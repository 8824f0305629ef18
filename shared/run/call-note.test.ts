import { expect, test } from 'vitest';
import { callNote } from './call-note.ts';

test('A call without anything unusual has no note.', () => {
  expect(callNote({ prompt_tokens: 10 })).toBeNull();
});

test('A note names the reason for a last answer, the characters left out, and a prompt that was probably truncated.', () => {
  expect(callNote({ prompt_tokens: 10, final: 'iterations' })).toBe(
    'max_iterations was reached: a last answer without tools',
  );
  expect(callNote({ prompt_tokens: 10, final: 'repeated_calls', shortened: 12_345 })).toBe(
    'the same tool call was repeated: a last answer without tools, 12,345 characters left out to fit the context window',
  );
  expect(callNote({ prompt_tokens: 4096, uncounted_tokens: 6000 })).toContain(
    'counted 4,096 of about 10,096 prompt tokens',
  );
});
