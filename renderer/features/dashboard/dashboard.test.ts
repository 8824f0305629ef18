// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { expect, test } from 'vitest';
import { randomRun } from '../../../shared/run/testing/random-run.ts';
import { HeldWorker } from '../../state/figures/testing.ts';
import { drawNew, takeBatch, useRun } from '../../state/run.ts';
import { draw, element, until } from '../../testing/page.ts';
import { Dashboard } from './dashboard.tsx';

test('A run that is still loading shows no figures and is not simulated', async () => {
  const { crew, events } = randomRun(5);
  draw(createElement(Dashboard));
  const take = (from: number, to: number) => takeBatch({ run: 'r', events: events.slice(from, to), text: [], now: 0 });
  const asked = () => HeldWorker.all.at(-1)?.asked.map(({ kind }) => kind) ?? [];
  const answered = () => act(async () => HeldWorker.all.at(-1)?.answer());

  await act(async () => {
    drawNew('r', crew);
    useRun.setState({ live: false, reading: true });
    take(0, 50);
  });
  await until(() => expect(asked()).toEqual(['measure']));
  await answered();
  expect(element.textContent).toContain('Loading the run…');
  expect(element.textContent).not.toContain('Makespan');
  expect(asked()).toEqual([]);

  await act(async () => {
    take(50, events.length);
    useRun.setState({ reading: false });
  });
  await until(() => expect(asked()).toEqual(['measure']));
  await answered();
  await until(() => expect(asked()).toContain('simulate'));
  expect(element.textContent).not.toContain('Loading the run…');
  expect(element.textContent).toContain('Makespan');
});
