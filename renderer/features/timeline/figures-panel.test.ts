import { expect, test } from 'vitest';
import { runningText, savedText } from './figures-panel.tsx';

test('The number of running turns never exceeds the maximum, even if the figures are older than the state', () => {
  expect(runningText(8, 8, 5)).toBe('8 of 8, 8');
  expect(runningText(2, 8, 5)).toBe('2 of 8, 5');
});

test('A run that took longer than its busy time shows a loss, not "nothing"', () => {
  expect(savedText(-1.635, false)).toBe('-163.5%, a loss');
  expect(savedText(-1.635, true)).toBe('–');
  expect(savedText(0.25, false)).toBe('25.0%');
});
