import { expect, test } from 'vitest';
import { commandText } from '../../shared/command-text.ts';
import { resumeText } from './command-text.ts';

test('A printed command is quoted so that a shell accepts any path.', () => {
  expect(commandText('run', './crews/größe.crew.json')).toBe('crewlane run ./crews/größe.crew.json');
  expect(commandText('run', "Ada's crew; rm.crew.json")).toBe(`crewlane run 'Ada'\\''s crew; rm.crew.json'`);
});

test('The resume command names the option that a budget or a review needs.', () => {
  expect(resumeText('/runs/1')).toBe('crewlane resume /runs/1');
  expect(resumeText('/runs/1', 'budget')).toBe('crewlane resume /runs/1 --budget USD');
  expect(resumeText('/runs/1', 'review')).toContain('--approve-all');
});
