import { expect, test } from 'vitest';
import { makeCrew } from '../../scheduler/testing/rig.ts';
import { Results } from './results.ts';

const CREW = makeCrew({
  tasks: [{ name: 'draft' }, { name: 'polish', context: ['draft'] }, { name: 'check', context: ['draft'] }],
});

test('a result is kept until all tasks that depend on it have ended', () => {
  const results = new Results(CREW);
  results.keep('draft', 'the draft');
  results.ended('draft');
  results.ended('polish');
  expect([results.of('draft'), results.isNeeded('draft')]).toEqual(['the draft', true]);
  results.ended('check');
  expect([results.of('draft'), results.isNeeded('draft')]).toEqual([null, false]);
});

test('a result that no task depends on is not kept', () => {
  const results = new Results(CREW);
  results.keep('check', 'fine');
  expect(results.of('check')).toBeNull();
});

test('the last output of each turn is kept until the task ends', () => {
  const results = new Results(CREW);
  results.keepOutput('draft', 'propose:ada', 'first');
  results.keepOutput('draft', 'propose:ada', 'second');
  results.keepOutput('draft', 'propose:bo', 'other');
  expect([results.outputOf('draft', 'propose:ada'), results.outputOf('draft', 'propose:bo')]).toEqual([
    'second',
    'other',
  ]);
  results.ended('draft');
  expect(results.outputOf('draft', 'propose:ada')).toBeNull();
});
