import type { KeyHelp } from '../../state/command.ts';
import type { WindowState } from '../../state/window-state.ts';
import type { TimelineDriver } from './driver.ts';
import { type BarPosition, barAt, type Direction, step, walk } from './keyboard-navigation.ts';
import type { TimelineLayout } from './layout.ts';
import { GUTTER, ROW } from './metrics.ts';
import { timelineOptions } from './options.ts';

const ZOOM = 1.25;
const PAN_SHARE = 0.15;

const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

export const TIMELINE_KEYS: KeyHelp = {
  title: 'In the timeline',
  rows: [
    ['Zoom in, out', 'W', 'S'],
    ['Pan left, right', 'A', 'D'],
    ['Next, previous bar', '.', ','],
    ['Move between bars', '←', '→', '↑', '↓'],
    ['Zoom to selected bar', 'F'],
    ['Zoom to whole run', '0'],
    ['Clear selected range', 'Escape'],
  ],
};

/**
 * Handles the usual keys of trace viewers: W and S zoom, A and D pan, F zooms to the bar, `.` and `,` and the arrow keys
 * move between bars, 0 shows the whole run, Escape clears the selected range.
 * @returns whether the key was handled
 */
export function handleTimelineKey(
  win: WindowState,
  { key, ctrlKey, metaKey, altKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>,
  driver: TimelineDriver,
  layout: TimelineLayout,
  place: BarPosition | null,
  go: (to: BarPosition | null) => void,
): boolean {
  if (ctrlKey || metaKey || altKey) return false;
  const direction = ARROWS[key];
  if (direction) {
    go(walk(layout.rows, place, direction));
    return true;
  }
  const act = actions(win, driver, layout, place, go)[key.toLowerCase()];
  act?.();
  return act !== undefined;
}

function actions(
  win: WindowState,
  driver: TimelineDriver,
  layout: TimelineLayout,
  place: BarPosition | null,
  go: (to: BarPosition | null) => void,
): Readonly<Record<string, () => void>> {
  const { width } = driver.viewport;
  const middle = GUTTER + (width - GUTTER) / 2;
  return {
    w: () => driver.zoom(middle, ZOOM),
    s: () => driver.zoom(middle, 1 / ZOOM),
    a: () => driver.pan(-width * PAN_SHARE, 0),
    d: () => driver.pan(width * PAN_SHARE, 0),
    f: () => {
      const bar = barAt(layout.rows, place);
      if (bar) driver.focus(bar.start, bar.end ?? layout.end);
    },
    '.': () => go(step(layout.rows, place, 1)),
    ',': () => go(step(layout.rows, place, -1)),
    '0': () => driver.showWhole(),
    home: () => driver.showWhole(),
    pageup: () => driver.pan(0, -8 * ROW),
    pagedown: () => driver.pan(0, 8 * ROW),
    escape: () => timelineOptions(win).setState({ span: null }),
  };
}
