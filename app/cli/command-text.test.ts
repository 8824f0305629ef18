import { expect, test } from 'vitest';
import { commandText } from '../../shared/command-text.ts';
import { resumeText } from './command-text.ts';

test('a command can be typed as it is told, whatever is in a path', () => {
  expect(commandText('run', './crews/größe.crew.json')).toBe('crewlane run ./crews/größe.crew.json');
  expect(commandText('run', "Ada's crew; rm.crew.json")).toBe(`crewlane run 'Ada'\\''s crew; rm.crew.json'`);
});

test('who has to give money or an answer is told how', () => {
  expect(resumeText('/runs/1')).toBe('crewlane resume /runs/1');
  expect(resumeText('/runs/1', 'budget')).toBe('crewlane resume /runs/1 --budget USD');
  expect(resumeText('/runs/1', 'review')).toContain('--approve-all');
});
