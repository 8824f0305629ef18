// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { beforeEach, expect, test, vi } from 'vitest';
import { crewSchema } from '../../shared/crew/schema.ts';
import { statesKey } from '../features/canvas/task-display-states.ts';
import { draw } from '../testing/page.ts';
import { win } from '../testing/window.ts';
import { applyUpdate, showNewRun } from './run.ts';
import { useRunSelector } from './use-run-selector.ts';

const NAMES = Array.from({ length: 300 }, (_, at) => `t${at}`);
const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  tasks: NAMES.map((name) => ({ name, description: 'd', expected_output: 'o' })),
});

let seen = '';

function Selecting(): null {
  seen = useRunSelector(NAMES, statesKey);
  return null;
}

beforeEach(() => {
  vi.useFakeTimers();
  draw(createElement(Selecting));
});

/** Draws a run whose only event ends `task`. */
function show(run: string, task: string): void {
  showNewRun(win, run, CREW);
  applyUpdate(win, { run, events: [{ type: 'task.completed', seq: 1, t: 1, task, text: '' }], text: [], now: 1 });
  act(() => vi.advanceTimersByTime(1000));
}

test('Two runs with the same number of events each show the states of their own tasks', () => {
  show('one', 't0');
  expect(seen).toBe(['completed', ...NAMES.slice(1).map(() => 'waiting')].join());
  show('other', 't1');
  expect(seen).toBe(['waiting', 'completed', ...NAMES.slice(2).map(() => 'waiting')].join());
});
