// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { expect, test } from 'vitest';
import { randomRun } from '../../../shared/run/testing/random-run.ts';
import { applyUpdate, showNewRun } from '../../state/run.ts';
import { draw, element } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { StatusLine } from './status-line.tsx';

test('A run that is still loading is not shown as interrupted before its last event', () => {
  const { crew, events } = randomRun(5);
  showNewRun(win, 'r', crew);
  applyUpdate(win, { run: 'r', events: events.slice(0, 20), text: [], now: 0 });
  win.run.setState({ status: 'loading', live: false });
  draw(createElement(StatusLine));
  expect(element.textContent).toContain('loading…');
  expect(element.textContent).not.toContain('interrupted');
  act(() => win.run.setState({ status: 'ended' }));
  expect(element.textContent).toContain('interrupted (can be resumed)');
});

test('The status line shows a pause and, while turns are running, that they will finish', () => {
  const { crew, events } = randomRun(5);
  const started = events.slice(0, events.findIndex(({ type }) => type === 'attempt.started') + 1);
  const { t = 0, seq = 0 } = started.at(-1) ?? {};
  showNewRun(win, 'r', crew);
  applyUpdate(win, { run: 'r', events: [...started, { type: 'run.paused', t, seq: seq + 1 }], text: [], now: t });
  draw(createElement(StatusLine));
  expect(element.textContent).toContain('paused: running turns finish, nothing new starts');
  act(() => applyUpdate(win, { run: 'r', events: [{ type: 'run.unpaused', t, seq: seq + 2 }], text: [], now: t }));
  expect(element.textContent).not.toContain('paused');
});
