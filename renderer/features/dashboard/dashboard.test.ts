// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { expect, test } from 'vitest';
import { randomRun } from '../../../shared/run/testing/random-run.ts';
import { ManualWorker } from '../../state/figures/testing.ts';
import { applyUpdate, showNewRun } from '../../state/run.ts';
import { draw, element, until } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { Dashboard } from './dashboard.tsx';

test('A run that is still loading shows no figures and is not simulated', async () => {
  const { crew, events } = randomRun(5);
  draw(createElement(Dashboard));
  const take = (from: number, to: number) =>
    applyUpdate(win, { run: 'r', events: events.slice(from, to), text: [], now: 0 });
  const asked = () => ManualWorker.all.at(-1)?.pending.map(({ kind }) => kind) ?? [];
  const answered = () => act(async () => ManualWorker.all.at(-1)?.answer());

  await act(async () => {
    showNewRun(win, 'r', crew);
    win.run.setState({ status: 'loading', live: false });
    take(0, 50);
  });
  await until(() => expect(asked()).toEqual(['measure']));
  await answered();
  expect(element.textContent).toContain('Loading the run…');
  expect(element.textContent).not.toContain('Makespan');
  expect(asked()).toEqual([]);

  await act(async () => {
    take(50, events.length);
    win.run.setState({ status: 'ended' });
  });
  await until(() => expect(asked()).toEqual(['measure']));
  await answered();
  await until(() => expect(asked()).toContain('simulate'));
  expect(element.textContent).not.toContain('Loading the run…');
  expect(element.textContent).toContain('Makespan');
});
