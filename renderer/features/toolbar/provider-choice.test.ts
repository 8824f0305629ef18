// @vitest-environment happy-dom
import { createElement } from 'react';
import { expect, it } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import type { Bridge } from '../../../shared/ipc/channels.ts';
import { openDocument } from '../../state/document.ts';
import { draw, element } from '../../testing/page.ts';
import { win } from '../../testing/window.ts';
import { ProviderChoice } from './provider-choice.tsx';

const main = { call: () => new Promise(() => undefined), on: () => () => undefined };
Object.defineProperty(window, 'crewlane', { value: main as unknown as Bridge, configurable: true });

/** The provider that the toolbar shows for a crew with these settings. */
function shownFor(settings: object): string | undefined {
  const crew = crewSchema.parse({ format: 'crewlane/1', name: 'crew', settings });
  openDocument(win, { crew, path: null, edited: false });
  draw(createElement(ProviderChoice));
  return element.querySelector('select')?.value;
}

it('the toolbar shows the provider that answers, also if only the name of the model says it', () => {
  expect(shownFor({})).toBe('rehearsal');
  expect(shownFor({ model: 'openai/gpt-4.1' })).toBe('openai');
  expect(shownFor({ provider: 'openrouter', model: 'openai/gpt-4.1' })).toBe('openrouter');
});
