import { act } from 'react';
import { element } from '../../testing/page.ts';

// Helpers that operate the fields of a page as a user does.

type TextElement = HTMLInputElement | HTMLTextAreaElement;

/** The field with this label. */
export function fieldOf(label: string): TextElement {
  const named = [...element.querySelectorAll('label')].find(({ textContent }) => textContent === label);
  const field = named
    ? element.querySelector(`[id="${named.htmlFor}"]`)
    : element.querySelector(`[aria-label="${label}"]`);
  if (!(field instanceof HTMLInputElement) && !(field instanceof HTMLTextAreaElement)) {
    throw new Error(`There is no field "${label}".`);
  }
  return field;
}

/** Presses a key. Returns false if the page prevented the default action. */
export function press(field: Element, key: string, init: KeyboardEventInit = {}): boolean {
  let isDefault = true;
  act(() => {
    isDefault = field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...init }));
  });
  return isDefault;
}

function release(field: Element, key: string): void {
  act(() => void field.dispatchEvent(new KeyboardEvent('keyup', { key, bubbles: true })));
}

function input(field: TextElement, text: string): void {
  act(() => {
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  });
}

/** Focuses a field. */
export function enter(label: string): TextElement {
  const field = fieldOf(label);
  act(() => field.focus());
  return field;
}

/** Types a text letter by letter in place of the old one. Each letter fires its own events. */
export function type(field: TextElement, text: string): void {
  for (let length = 1; length <= text.length; length += 1) {
    const key = text[length - 1] ?? '';
    press(field, key);
    input(field, text.slice(0, length));
    release(field, key);
    if (field.value !== text.slice(0, length)) throw new Error(`"${text.slice(0, length)}" became "${field.value}".`);
  }
}

/** Removes the last letter. */
export function backspace(field: TextElement): void {
  press(field, 'Backspace');
  input(field, field.value.slice(0, -1));
  release(field, 'Backspace');
}

/** Sets a whole text without a key, as dictation does. */
export function dictate(field: TextElement, text: string): void {
  input(field, text);
}

/** Composes a text with an input method, with an event for each of `steps`. */
export function compose(field: TextElement, steps: readonly string[]): void {
  act(() => void field.dispatchEvent(new CompositionEvent('compositionstart', { bubbles: true })));
  for (const step of steps) {
    press(field, 'Process', { isComposing: true });
    input(field, step);
  }
}

/** Ends the composition of an input method. */
export function endComposition(field: TextElement): void {
  act(() => void field.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true })));
}

/** Moves the focus out of a field. */
export function leave(field: TextElement): void {
  act(() => field.blur());
}

/** The errors that the page shows. */
export function errors(): string[] {
  return [...element.querySelectorAll('[role="alert"]')].map(({ textContent }) => textContent ?? '');
}
