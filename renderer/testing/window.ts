import { beforeEach } from 'vitest';
import { createWindowState, type WindowState } from '../state/window-state.ts';

/** The state of the window of the current test. Each test has a new one. */
export let win: WindowState = createWindowState();

beforeEach(() => {
  win = createWindowState();
});
