import { act, createElement, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, vi } from 'vitest';
import { ManualWorker } from '../state/figures/testing.ts';
import { closeRun } from '../state/run.ts';
import { WindowProvider } from '../state/window-provider.tsx';
import { win } from './window.ts';

// Provides a page of the window to each test of a file that imports it. The page is cleared after each test and no run
// is open. Its workers answer when the test decides.

/** The root element of the page. */
export let element: HTMLElement;
let root: Root;

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal('Worker', ManualWorker);
  ManualWorker.all = [];
  element = document.createElement('div');
  document.body.append(element);
  root = createRoot(element);
});

afterEach(() => {
  act(() => root.unmount());
  element.remove();
  closeRun(win);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Waits until the condition is true, with a ceiling for slow machines. */
export async function until(holds: () => void): Promise<void> {
  await vi.waitFor(holds, { timeout: 120_000 });
}

/** Renders an element in the page, replacing the previous content. */
export function draw(what: ReactNode): void {
  act(() => root.render(createElement(WindowProvider, { win }, what)));
}
