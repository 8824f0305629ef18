// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import type { Bridge } from '../../../shared/ipc/channels.ts';
import { REGISTRY } from '../../contributions.ts';
import { Inspector } from '../../features/inspector/inspector.tsx';
import { Library } from '../../features/library/library.tsx';
import { Toolbar } from '../../features/toolbar/toolbar.tsx';
import { LowerPanels } from '../../lower-panels.tsx';
import { withRegistry } from '../../testing/commands.ts';
import { draw, element } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { openDocument, undo } from '../document.ts';
import { select, showDialog, showTab } from '../ui.ts';
import { addTask } from './crew-edits.ts';
import { listenToKeys } from './shortcuts.ts';

const main = {
  call: (name: string) => Promise.resolve(name === 'runs.list' ? '[]' : '{"text":""}'),
  on: () => () => undefined,
};
Object.defineProperty(window, 'crewlane', { value: main as unknown as Bridge, configurable: true });

const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'letters',
  tasks: ['draft', 'polish'].map((name) => ({ name, description: '', expected_output: '' })),
});
const mod = (key: string, shiftKey = false) => ({ key, ctrlKey: true, shiftKey });
/** Every key that edits the crew, with a selection and with steps to undo and to redo. */
const EDITING_KEYS = [
  ...['Delete', 'Backspace', 'a', 't', 'A', 'T'].map((key) => ({ key })),
  ...['d', 'z', 'y', 'x', 'v', 'Z'].map((key) => mod(key)),
  mod('Z', true),
];

const crew = () => win.document.getState().crew;
const press = (target: Element, init: KeyboardEventInit) => {
  const event = new KeyboardEvent('keydown', { ...init, bubbles: true, cancelable: true });
  act(() => void target.dispatchEvent(event));
  return event;
};
const clipboard = (target: Element, type: string) =>
  act(() => void target.dispatchEvent(new Event(type, { bubbles: true, cancelable: true })));
const touch = (target: Element) => act(() => void target.dispatchEvent(new Event('pointerdown', { bubbles: true })));
const find = (selector: string) => {
  const found = element.querySelector(selector);
  if (!found) throw new Error(`The page has no ${selector}.`);
  return found;
};

/** Accepts any component. */
const drawing = new Proxy({}, { get: () => () => ({ width: 0 }), set: () => true });

let end: () => void;
beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  HTMLCanvasElement.prototype.getContext = () => drawing as never;
  end = listenToKeys(win, REGISTRY.commands);
  openDocument(win, { crew: CREW, path: null, edited: false });
  addTask(win, [0, 0]);
  addTask(win, [0, 100]);
  undo(win);
  select(win, 'task:draft');
  draw(
    withRegistry(
      createElement(
        'div',
        null,
        createElement(Toolbar),
        createElement(Library),
        createElement(Inspector),
        createElement(LowerPanels),
      ),
    ),
  );
});
afterEach(() => {
  end();
  act(() => {
    showDialog(win, null);
    showTab(win, 'Timeline');
  });
});

function expectUnchanged(target: Element, where: string): void {
  const before = crew();
  for (const init of EDITING_KEYS) {
    press(target, init);
    expect(crew(), `${init.key} in ${where}`).toBe(before);
  }
  for (const type of ['cut', 'paste']) {
    clipboard(target, type);
    expect(crew(), `${type} in ${where}`).toBe(before);
  }
  expect(win.ui.getState().selection).toEqual(['task:draft']);
}

describe('An editing key', () => {
  it.each(REGISTRY.tabs.map(({ name }) => name))(
    'An editing key changes nothing in the panel %s, or without focus after a click there',
    (tab) => {
      act(() => showTab(win, tab));
      const panel = find('[role="tabpanel"][data-state="active"]');
      expectUnchanged(panel, tab);
      expectUnchanged(panel.querySelector('*') ?? panel, `an element of ${tab}`);
      expectUnchanged(find('[role="tab"]'), 'the row of tabs');
      touch(panel);
      expectUnchanged(document.body, `the page after a click in ${tab}`);
    },
  );

  it('An editing key changes nothing while a dialog is open', () => {
    act(() => showDialog(win, 'keys'));
    expectUnchanged(document.body, 'a dialog');
  });

  it('An editing key changes nothing in a menu, which is outside of every element with data-keys', () => {
    const menu = document.createElement('div');
    document.body.append(menu);
    expectUnchanged(menu, 'a menu');
    menu.remove();
  });

  it.each(EDITING_KEYS.filter(({ key }) => !['x', 'v'].includes(key)))(
    'The editing key $key edits the crew without focus',
    (init) => {
      const before = crew();
      expect(press(document.body, init).defaultPrevented).toBe(true);
      expect(crew()).not.toBe(before);
    },
  );

  it('An editing key edits the crew from the library, and after its own click', () => {
    press(find('[aria-label="Library"] button'), { key: 't' });
    expect(crew().tasks).toHaveLength(4);
    touch(find('[role="tabpanel"]'));
    touch(find('[aria-label="Library"]'));
    press(document.body, { key: 't' });
    expect(crew().tasks).toHaveLength(5);
  });

  it('An editing key undoes from inspector and toolbar, where it deletes nothing', () => {
    const button = find('[aria-label="Inspector"] button');
    press(button, { key: 'Delete' });
    expect(crew().tasks).toHaveLength(3);
    press(button, mod('z'));
    expect(crew().tasks).toHaveLength(2);
    press(find('.toolbar button'), mod('Z', true));
    expect(crew().tasks).toHaveLength(3);
  });

  it('An editing key acts on the text while a person types', () => {
    const before = crew();
    const name = find('[aria-label="Inspector"] input');
    for (const key of ['Delete', 'Backspace', 'a', 't']) expect(press(name, { key }).defaultPrevented).toBe(false);
    expect(crew()).toBe(before);
  });
});
