import { act, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, vi } from 'vitest';
import { HeldWorker } from '../state/figures/testing.ts';
import { closeRun } from '../state/run.ts';

// A page of the window for each test of a file. To import it is to have it: what it draws is gone after the test, and no
// run is open. Its workers answer when the test says so.

/** What the page draws in. */
export let element: HTMLElement;
let root: Root;

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  vi.stubGlobal('Worker', HeldWorker);
  HeldWorker.all = [];
  element = document.createElement('div');
  document.body.append(element);
  root = createRoot(element);
});

afterEach(() => {
  act(() => root.unmount());
  element.remove();
  closeRun();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Waits until this holds, as long as a busy machine may need for it. */
export async function until(holds: () => void): Promise<void> {
  await vi.waitFor(holds, { timeout: 120_000 });
}

/** Draws this in the page, in place of what was there. */
export function draw(what: ReactNode): void {
  act(() => root.render(what));
}
