import { expect, test } from 'vitest';
import { runningText } from './side.tsx';

test('never more run now than the most that ran at once, also where the figures are older than the state', () => {
  expect(runningText(8, 8, 5)).toBe('8 of 8, 8');
  expect(runningText(2, 8, 5)).toBe('2 of 8, 5');
});
