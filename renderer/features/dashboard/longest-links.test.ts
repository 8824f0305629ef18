import { expect, test } from 'vitest';
import type { CriticalLink } from '../../../shared/run/critical-path.ts';
import { longestLinks } from './longest-links.ts';

const link = (task: string, start: number, end: number): CriticalLink => {
  return { task, start, end, kind: 'running', reason: null, blocker: null, share: 0, shownThousandths: 0 };
};
const PATH = [link('a', 0, 10), link('b', 10, 40), link('c', 40, 50), link('d', 50, 70), link('e', 70, 80)];
const shown = (most: number) => longestLinks(PATH, most).map(({ task }) => task);

test('A long critical path is summarized by its longest links, in order of time', () => {
  expect(shown(2)).toEqual(['b', 'd']);
  expect(shown(4)).toEqual(['a', 'b', 'c', 'd']);
});

test('A short critical path is listed completely', () => {
  expect(shown(5)).toEqual(['a', 'b', 'c', 'd', 'e']);
});
