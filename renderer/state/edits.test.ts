// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Crew, crewSchema } from '../../shared/crew/schema.ts';
import type { Bridge } from '../../shared/ipc/channels.ts';
import { win } from '../testing/window.ts';
import { backToEditing, edit, openDocument, showCrewOfRun } from './document.ts';
import { finishEdits, followEdits, syncEdits } from './edits.ts';

/** The names of the crews that main received, in order. */
let received: string[] = [];
let refuses = false;
const main = {
  call: (name: string, input: string) => {
    if (name === 'crew.finished') {
      received.push(name);
      return Promise.resolve('{}');
    }
    const { crew }: { crew: Crew } = JSON.parse(input);
    received.push(crew.name);
    return refuses ? Promise.reject(new Error('This is not a crew.')) : Promise.resolve('{}');
  },
};
Object.defineProperty(window, 'crewlane', { value: main as unknown as Bridge, configurable: true });
beforeEach(() => followEdits(win));

const open = (name: string) => {
  const crew = crewSchema.parse({ format: 'crewlane/1', name });
  openDocument(win, { crew, path: null, edited: false });
};
const rename = (name: string) =>
  edit(win, (draft) => {
    draft.name = name;
  });

beforeEach(() => {
  vi.useFakeTimers();
  open('letters');
  received = [];
  refuses = false;
});
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

it('Consecutive edits are sent once, with the final crew', () => {
  rename('a');
  rename('b');
  vi.runAllTimers();
  expect(received).toEqual(['b']);
});

it('Main receives the last edit, once, before a call that depends on it', () => {
  rename('a');
  syncEdits(win);
  syncEdits(win);
  vi.runAllTimers();
  expect(received).toEqual(['a']);
});

it('The window does not send main a crew that main opened, nor edits of a closed crew', () => {
  rename('a');
  open('songs');
  syncEdits(win);
  vi.runAllTimers();
  expect(received).toEqual([]);
});

it('syncEdits resolves to false while main has an older crew, until main accepts an edit or opens another crew', async () => {
  refuses = true;
  rename('a');
  vi.runAllTimers();
  expect(await syncEdits(win)).toBe(false);
  refuses = false;
  expect(await syncEdits(win)).toBe(false);
  rename('b');
  expect(await syncEdits(win)).toBe(true);
  refuses = true;
  rename('c');
  expect(await syncEdits(win)).toBe(false);
  open('songs');
  expect(await syncEdits(win)).toBe(true);
});

it('The crew of an earlier run is never sent as an edit, and a pending edit is sent unchanged', () => {
  rename('a');
  showCrewOfRun(win, crewSchema.parse({ format: 'crewlane/1', name: 'other' }));
  vi.runAllTimers();
  expect(received).toEqual(['a']);
  backToEditing(win);
  vi.runAllTimers();
  expect(received).toEqual(['a']);
});

it('Before the window closes, the focused field commits and main receives the crew', async () => {
  const field = document.createElement('input');
  document.body.append(field);
  field.addEventListener('blur', () => rename('typed'));
  field.focus();
  await finishEdits(win);
  expect(received).toEqual(['typed', 'crew.finished']);
  // The person may cancel.
  expect(document.activeElement).toBe(field);
});
