import { expect, test } from 'vitest';
import { needsApproval } from './approval.ts';

test.each([
  [true, 'anything', true],
  [false, 'send_email', false],
  [['send_email'], 'send_email', true],
  [['send_email'], 'send_emails', false],
  [['notes__*'], 'notes__read', true],
  [['notes__*'], 'notes_read', false],
  [['*'], 'x', true],
  [['*_file*_x'], 'a_file_b_x', true],
  [['ab*ba'], 'aba', false],
  [['a.c'], 'abc', false],
] as const)('approve_tools %j needs approval for %s: %s', (approve, tool, expected) => {
  expect(needsApproval(approve, tool)).toBe(expected);
});
