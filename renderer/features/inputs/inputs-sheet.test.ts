// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { beforeEach, expect, it } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import type { Bridge, CallInput } from '../../../shared/ipc/channels.ts';
import type { Started } from '../../../shared/ipc/values.ts';
import { press, type } from '../../base/fields/testing.ts';
import { Dialogs } from '../../dialogs.tsx';
import { openDocument, undo } from '../../state/document.ts';
import { executeCommand, withRegistry } from '../../testing/commands.ts';
import { draw, until } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { kindText } from './entries.ts';

/** What main answers to the next start. */
let started: Started = { status: 'cancelled' };
let starts: CallInput<'run.start'>[] = [];

const main: Bridge = {
  async call(name, input) {
    if (name === 'run.start') {
      starts.push(JSON.parse(input));
      return JSON.stringify(started);
    }
    return '{}';
  },
  on: () => () => undefined,
  pathOf: () => '',
};
Object.defineProperty(window, 'crewlane', { value: main, configurable: true });

const lacks = (name: string): Started => ({
  status: 'refused',
  problems: [{ code: 'missing_input', message: `{${name}} has no value.`, path: 'tasks[0]', line: 0, column: 0 }],
});

const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'letters',
  agents: [{ name: 'ada', role: 'Writer for {reader.name}', goal: 'Write' }],
  tasks: [{ name: 'draft', description: 'About {topic} in {regions}', expected_output: 'A letter', agent: 'ada' }],
  inputs: { topic: 'bees', reader: { age: 9 } },
});

beforeEach(() => {
  starts = [];
  openDocument(win, { crew: CREW, path: null, edited: false });
  draw(withRegistry(createElement(Dialogs)));
});

const sheet = () => document.querySelector('.inputs-sheet');
const labels = () => [...(sheet()?.querySelectorAll('label[for]') ?? [])].map(({ textContent }) => textContent);
const errors = () => [...document.querySelectorAll('[role="alert"]')].map(({ textContent }) => textContent);
const field = (name: string) => {
  const found = sheet()?.querySelector(`textarea[name="${name}"]`);
  if (!(found instanceof HTMLTextAreaElement)) throw new Error(`There is no field "${name}".`);
  return found;
};

async function run(): Promise<void> {
  started = lacks('regions');
  await act(async () => executeCommand('run'));
  await until(() => expect(sheet()).not.toBeNull());
}

async function submit(): Promise<void> {
  const before = starts.length;
  await act(async () => {
    press(field('regions'), 'Enter', { ctrlKey: true });
    await until(() => expect(starts.length).toBe(before + 1));
  });
}

it('A run that lacks inputs asks for them, those without a value first', async () => {
  await run();
  expect(labels()).toEqual(['regions', 'reader', 'topic']);
  expect(field('topic').value).toBe('bees');
  expect(win.ui.getState().refused).toBeNull();
});

it('A run that is refused for another reason shows its problems', async () => {
  const problem = { code: 'no_agent', message: 'No agent', path: 'tasks[0]', line: 0, column: 0 };
  started = { status: 'refused', problems: [problem] };
  await act(async () => executeCommand('run'));
  await until(() => expect(win.ui.getState().refused?.problems).toEqual([problem]));
  expect(sheet()).toBeNull();
});

it('Entered values are those of this run, and the crew stays as it is', async () => {
  await run();
  type(field('regions'), '["north", "south"]');
  type(field('reader'), '{"name": "Mia"}');
  started = { status: 'cancelled' };
  await submit();
  expect(starts.at(-1)?.inputs).toEqual({ regions: ['north', 'south'], reader: { name: 'Mia' } });
  expect(win.document.getState().crew).toBe(CREW);
  expect(sheet()).toBeNull();
});

it('Values can be kept in the crew, as one undo step', async () => {
  await run();
  type(field('regions'), 'north');
  act(() => sheet()?.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click());
  started = { status: 'cancelled' };
  await submit();
  expect(win.document.getState().crew.inputs).toEqual({ topic: 'bees', reader: { age: 9 }, regions: 'north' });
  act(() => undo(win));
  expect(win.document.getState().crew.inputs).toEqual(CREW.inputs);
});

it('A value that is still missing is reported at its field, which gets the focus', async () => {
  await run();
  expect(errors()).toEqual([]);
  await submit();
  await until(() => expect(errors()).toHaveLength(2));
  expect(errors()[0]).toContain('{regions} has no value.');
  expect(errors()[1]).toContain('{reader.name} has no value. Enter an object');
  expect(document.activeElement).toBe(field('regions'));
  expect(field('regions').getAttribute('aria-invalid')).toBe('true');
});

it('The sheet can be opened although all inputs have a value, but not for a crew without inputs', async () => {
  act(() => executeCommand('run_inputs'));
  await until(() => expect(sheet()).not.toBeNull());
  act(() => win.ui.setState({ dialog: null }));
  const tasks = [{ name: 'a', description: 'Work', expected_output: '', agent: 'ada' }];
  const agents = [{ name: 'ada', role: 'Writer', goal: 'Write' }];
  const crew = crewSchema.parse({ format: 'crewlane/1', name: 'plain', agents, tasks });
  act(() => openDocument(win, { crew, path: null, edited: false }));
  act(() => executeCommand('run_inputs'));
  expect(sheet()).toBeNull();
  expect(win.ui.getState().toasts.at(-1)?.text).toContain('This crew has no inputs.');
});

it('The sheet says how a text is read', () => {
  const read = ['bees', '7', 'true', 'null', '["a"]', '{"a": 1}', '[a, b]', '1.50'].map(kindText);
  const broken = 'text, because it is not valid JSON';
  expect(read).toEqual(['text', 'number', 'true or false', 'null', 'list of 1 item', 'object', broken, 'text']);
});
