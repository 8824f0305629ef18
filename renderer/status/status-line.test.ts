// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, expect, test, vi } from 'vitest';
import { randomRun } from '../../shared/run/testing/random-run.ts';
import { closeRun, drawNew, takeBatch, useRun } from '../store/run.ts';
import { StatusLine } from './status-line.tsx';

afterEach(() => {
  closeRun();
  vi.unstubAllGlobals();
});

test('a run that is still being read is not called interrupted before its last event is there', () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  const { project, events } = randomRun(5);
  const element = document.createElement('div');
  const page = createRoot(element);
  drawNew('r', project);
  takeBatch({ run: 'r', events: events.slice(0, 20), text: [], now: 0 });
  useRun.setState({ live: false, reading: true });
  act(() => page.render(createElement(StatusLine)));
  expect(element.textContent).toContain('still being read');
  expect(element.textContent).not.toContain('interrupted');
  act(() => useRun.setState({ reading: false }));
  expect(element.textContent).toContain('interrupted; it can be resumed');
  act(() => page.unmount());
});
