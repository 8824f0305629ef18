// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { beforeEach, expect, it } from 'vitest';
import type { Bridge } from '../../../shared/ipc/channels.ts';
import type { InterruptedRun } from '../../../shared/ipc/values.ts';
import { draw, element } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { NoticeBars } from './notice-bars.tsx';

/** The calls that main received. */
let asked: [string, unknown][] = [];
const main = {
  call: (name: string, input: string) => {
    asked.push([name, JSON.parse(input)]);
    return Promise.resolve('{}');
  },
};
Object.defineProperty(window, 'crewlane', { value: main as unknown as Bridge, configurable: true });

const ROW: InterruptedRun = { run: 'b1-row-2', batch: 'b1', wall_ms: 0, done: 1, total: 3 };

beforeEach(() => {
  asked = [];
});

function offer(interrupted: InterruptedRun | null): void {
  act(() => win.ui.setState({ notices: { file: null, unprotected: null, interrupted } }));
  draw(createElement(NoticeBars));
}

function press(name: string): void {
  const button = [...element.querySelectorAll('button')].find(({ textContent }) => textContent === name);
  if (!button) throw new Error(`There is no button ${name}.`);
  act(() => button.click());
}

it('An interrupted run is not offered again after Dismiss, and a batch is dismissed as a whole', () => {
  offer({ ...ROW, run: 'r1', batch: null });
  expect(element.textContent).toContain('An interrupted run of this crew is waiting');
  press('Dismiss');
  expect(asked).toEqual([['run.dismiss', { run: 'r1' }]]);
  asked = [];
  offer(ROW);
  expect(element.textContent).toContain('1 of 3 rows done');
  press('Dismiss');
  expect(asked).toEqual([['run.dismiss', { run: 'b1' }]]);
  offer(null);
  expect(element.textContent).toBe('');
});
