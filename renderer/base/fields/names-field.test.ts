// @vitest-environment happy-dom
import { act, createElement } from 'react';
import { expect, it, vi } from 'vitest';
import { draw } from '../../testing/page.ts';
import { NamesField } from './names-field.tsx';
import { enter } from './testing.ts';

const choices = ['outline', 'draft', 'figures', 'report'];

/**
 * Types a text and presses Enter before the page can render the list for it, as a fast typist does on a slow machine.
 */
function typeAndEnter(text: string): void {
  const field = enter('Depends on');
  act(() => {
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  });
}

function drawField(): ReturnType<typeof vi.fn> {
  const onAdd = vi.fn();
  draw(createElement(NamesField, { label: 'Depends on', names: [], choices, onAdd, onRemove: () => undefined }));
  return onAdd;
}

it('The combo box adds the typed name, even if Enter precedes the list', () => {
  const onAdd = drawField();
  typeAndEnter('fig');
  expect(onAdd.mock.calls).toEqual([['figures']]);
});

it('The combo box adds nothing if no name matches', () => {
  const onAdd = drawField();
  typeAndEnter('zzz');
  expect(onAdd).not.toHaveBeenCalled();
});
