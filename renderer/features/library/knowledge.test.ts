// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { beforeEach, describe, expect, it } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import type { Bridge } from '../../../shared/ipc/channels.ts';
import { openDocument } from '../../state/document.ts';
import { draw, element } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { Knowledge } from './knowledge.tsx';

const main = { call: () => new Promise(() => undefined), on: () => () => undefined };
// The test needs these two members of the bridge only.
Object.defineProperty(window, 'crewlane', { value: main as unknown as Bridge, configurable: true });

const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'know',
  agents: [{ name: 'ada', role: '', goal: '' }],
  knowledge: [{ path: 'manuals' }, { path: 'notes/*.md', agents: ['ada'] }],
});
const paths = () => win.document.getState().crew.knowledge.map(({ path }) => path);
const button = (label: string) => element.querySelector<HTMLButtonElement>(`button[aria-label="${label}"]`);

function addFiles(path: string): void {
  const input = element.querySelector('input');
  act(() => {
    if (input === null) return;
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, path);
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  act(() => element.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true })));
}

describe('The section Knowledge of the library', () => {
  beforeEach(() => {
    act(() => openDocument(win, { crew: CREW, path: '/crews/know.crew.json', edited: false }));
    draw(createElement(Knowledge));
  });

  it('lists files with the agents that know them, and removes them', () => {
    expect(element.textContent).toContain('manualsall agents');
    expect(element.textContent).toContain('notes/*.md1 agent');
    act(() => button('Remove manuals')?.click());
    expect(paths()).toEqual(['notes/*.md']);
  });

  it('adds files, and refuses those outside of the folder of the crew file', () => {
    addFiles('guide.md');
    expect(paths()).toEqual(['manuals', 'notes/*.md', 'guide.md']);
    addFiles('../secret.md');
    expect(paths()).toHaveLength(3);
    expect(win.ui.getState().toasts.at(-1)?.text).toContain('has ".." in it');
  });

  it('asks to save the crew before files can be added', () => {
    act(() => openDocument(win, { crew: CREW, path: null, edited: false }));
    expect(element.querySelector('form')).toBeNull();
    expect(element.textContent).toContain('save the crew first');
  });
});
