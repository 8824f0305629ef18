// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Bridge } from '../../shared/ipc/channels.ts';
import { type Crew, crewSchema } from '../../shared/project/schema.ts';
import { backToEditing, edit, openDocument, showCrewOfRun } from './document.ts';
import { finishEdits, followEdits, syncEdits } from './edits.ts';

/** What main was told, in order: the names of crews. */
let told: string[] = [];
let refuses = false;
const main = {
  call: (name: string, input: string) => {
    if (name === 'project.finished') {
      told.push(name);
      return Promise.resolve('{}');
    }
    const { project }: { project: Crew } = JSON.parse(input);
    told.push(project.name);
    return refuses ? Promise.reject(new Error('This is no crew.')) : Promise.resolve('{}');
  },
};
Object.defineProperty(window, 'crewlane', { value: main as unknown as Bridge, configurable: true });
followEdits();

const open = (name: string) => {
  const project = crewSchema.parse({ format: 'crewlane/1', name });
  openDocument({ project, path: null, edited: false });
};
const rename = (name: string) =>
  edit((draft) => {
    draft.name = name;
  });

beforeEach(() => {
  vi.useFakeTimers();
  open('letters');
  told = [];
  refuses = false;
});
afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

it('edits in a row are told once, as they stand at last', () => {
  rename('a');
  rename('b');
  vi.runAllTimers();
  expect(told).toEqual(['b']);
});

it('before main is asked something it knows the last edit, and is told of it once', () => {
  rename('a');
  syncEdits();
  syncEdits();
  vi.runAllTimers();
  expect(told).toEqual(['a']);
});

it('main is not told what it has opened itself, nor edits of what it has closed', () => {
  rename('a');
  open('songs');
  syncEdits();
  vi.runAllTimers();
  expect(told).toEqual([]);
});

it('who asks is told that main knows an older crew, until an edit is taken or another crew opened', async () => {
  refuses = true;
  rename('a');
  vi.runAllTimers();
  expect(await syncEdits()).toBe(false);
  refuses = false;
  expect(await syncEdits()).toBe(false);
  rename('b');
  expect(await syncEdits()).toBe(true);
  refuses = true;
  rename('c');
  expect(await syncEdits()).toBe(false);
  open('songs');
  expect(await syncEdits()).toBe(true);
});

it('the crew of an earlier run is never reported as an edit, and a pending edit is reported as it was made', () => {
  rename('a');
  showCrewOfRun(crewSchema.parse({ format: 'crewlane/1', name: 'other' }));
  vi.runAllTimers();
  expect(told).toEqual(['a']);
  backToEditing();
  vi.runAllTimers();
  expect(told).toEqual(['a']);
});

it('before the window closes, the field that has the focus is finished, and main is told the crew first', async () => {
  const field = document.createElement('input');
  document.body.append(field);
  field.addEventListener('blur', () => rename('typed'));
  field.focus();
  await finishEdits();
  expect(told).toEqual(['typed', 'project.finished']);
  // The person may cancel.
  expect(document.activeElement).toBe(field);
});
