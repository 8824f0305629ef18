// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { beforeEach, expect, it } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import type { Bridge } from '../../../shared/ipc/channels.ts';
import { enter, errors, press, type } from '../../base/fields/testing.ts';
import { openDocument, undo } from '../../state/document.ts';
import { edgeKey, select } from '../../state/ui.ts';
import { draw, element } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { Inspector } from './inspector.tsx';

const main = { call: () => new Promise(() => undefined), on: () => () => undefined };
Object.defineProperty(window, 'crewlane', { value: main as unknown as Bridge, configurable: true });

const task = (name: string, more: object = {}) => ({
  name,
  description: '',
  expected_output: '',
  agent: 'ada',
  ...more,
});
const CREW = crewSchema.parse({
  format: 'crewlane/1',
  name: 'crew',
  agents: [{ name: 'ada', role: '', goal: '', fallbacks: ['google/gemini', { provider: 'openai', model: 'gpt' }] }],
  tasks: [
    task('ask', { choices: ['yes', 'no', 'later'] }),
    task('person', {
      agent: undefined,
      call: { tool: 'ask_person', arguments: { question: '?', choices: ['a', 'b'] } },
    }),
    task('plain'),
    task('next', { context: ['plain', { task: 'ask', choice: ['yes', 'maybe'] }, 'person'] }),
  ],
});

beforeEach(() => {
  openDocument(win, { crew: CREW, path: null, edited: false });
  draw(createElement(Inspector));
});

const context = () => win.document.getState().crew.tasks.find(({ name }) => name === 'next')?.context;
const show = (from: string) => act(() => select(win, edgeKey(`task:${from}`, 'task:next')));
const boxes = () => [...element.querySelectorAll<HTMLInputElement>('input[type="checkbox"]')];
const shown = () => boxes().map(({ checked, parentElement }) => `${checked ? '+' : '-'}${parentElement?.textContent}`);
const toggle = (at: number) => act(() => boxes()[at]?.click());

it('An edge from a router shows its choices, also one that the router does not have', () => {
  show('ask');
  expect(shown()).toEqual(['+yes', '-no', '-later', '+maybenot a choice of ask']);
});

it('Choices are added and removed in place, each as one undo step; without any, every choice lets the task run', () => {
  show('ask');
  toggle(3);
  expect(context()).toEqual(['plain', { task: 'ask', choice: 'yes' }, 'person']);
  toggle(2);
  expect(context()).toEqual(['plain', { task: 'ask', choice: ['yes', 'later'] }, 'person']);
  act(() => undo(win));
  expect(context()).toEqual(['plain', { task: 'ask', choice: 'yes' }, 'person']);
  toggle(0);
  expect(context()).toEqual(['plain', 'ask', 'person']);
  expect(element.textContent).toContain('next runs whatever ask chooses.');
});

it('A task that asks a person to choose is a router, and other tasks are not', () => {
  show('person');
  expect(shown()).toEqual(['-a', '-b']);
  toggle(1);
  expect(context()?.at(-1)).toEqual({ task: 'person', choice: 'b' });
  show('plain');
  expect(boxes()).toEqual([]);
});

const fallbacks = () => win.document.getState().crew.agents[0]?.fallbacks;
function showFallbacks(): void {
  act(() => select(win, 'agent:ada'));
  act(() => {
    const details = element.querySelector('details');
    if (details === null) throw new Error('There are no advanced fields.');
    details.open = true;
    details.dispatchEvent(new Event('toggle'));
  });
}

it('Fallbacks are edited as a list', () => {
  showFallbacks();
  const click = (name: string) => act(() => element.querySelector<HTMLElement>(`[aria-label="${name}"]`)?.click());
  const added = enter('Fallbacks');
  type(added, 'groq/llama');
  press(added, 'Enter');
  expect(fallbacks()).toEqual(['google/gemini', { provider: 'openai', model: 'gpt' }, 'groq/llama']);
  click('Move Fallback 3 up');
  expect(fallbacks()).toEqual(['google/gemini', 'groq/llama', { provider: 'openai', model: 'gpt' }]);
  click('Remove Fallback 1');
  click('Remove Fallback 1');
  click('Remove Fallback 1');
  expect(fallbacks()).toBeUndefined();
});

it('An object without the keys of a model is refused with the reason', () => {
  showFallbacks();
  const second = enter('Fallback 2');
  type(second, '{"modell": 1}');
  press(second, 'Enter');
  expect(errors().join(' ')).toContain('modell');
  expect(fallbacks()?.[1]).toEqual({ provider: 'openai', model: 'gpt' });
});
