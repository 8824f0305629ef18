// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { beforeEach, expect, it, vi } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { openDocument } from '../../state/document.ts';
import { showNewRun } from '../../state/run.ts';
import { select, showDialog } from '../../state/ui.ts';
import { withRegistry } from '../../testing/commands.ts';
import { draw, element } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { CommandPalette } from './command-palette.tsx';

const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'large',
  agents: [{ name: 'ada', role: '', goal: '' }],
  tasks: Array.from({ length: 10_000 }, (_, at) => ({ name: `task_${at}`, description: '', expected_output: '' })),
});

const items = () => [...element.querySelectorAll('[cmdk-item]')].map(({ textContent }) => textContent);
const search = (query: string) =>
  act(() => {
    const input = element.querySelector('input');
    if (!input) throw new Error('The palette has no input.');
    // React notices a change only if the element's own setter was used.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, query);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });

beforeEach(() => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  );
  Element.prototype.scrollIntoView = () => undefined;
  openDocument(win, { crew: CREW, path: null, edited: false });
  select(win);
  showDialog(win, 'palette');
  draw(withRegistry(createElement(CommandPalette)));
});

it('The palette has at most 50 entries in the page at 10,000 tasks, for any query', () => {
  expect(items().length).toBeLessThanOrEqual(50);
  for (const query of ['t', 'ta', 'task_9', 'a']) {
    search(query);
    expect(items().length).toBeGreaterThan(0);
    expect(items().length).toBeLessThanOrEqual(50);
  }
  expect(element.textContent).toContain('of 10,000');
});

it('The palette finds one task of 10,000, and Enter selects it and closes the palette', () => {
  search('task_9876');
  expect(items()).toEqual(['task_9876']);
  act(() => {
    element.querySelector('input')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
  });
  expect(win.ui.getState()).toMatchObject({ selection: ['task:task_9876'], dialog: null });
});

it('The palette finds agents and actions by name, and reports if nothing matches', () => {
  search('ada');
  expect(items()).toContain('ada');
  search('auto lay');
  expect(items()).toEqual(['Auto layout']);
  search('zzz');
  expect(items()).toEqual([]);
  expect(element.textContent).toContain('No matches');
});

it('The palette lists only commands that are available', () => {
  search('rerun');
  expect(items()).toEqual([]);
  act(() => showNewRun(win, 'run', CREW));
  act(() => win.run.setState({ status: 'ended', live: false }));
  draw(withRegistry(createElement(CommandPalette, { key: 'open again' })));
  search('rerun');
  expect(items()).toEqual(['Rerun failed tasks', 'Rerun stale tasks']);
});
