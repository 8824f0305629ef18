import { middleOfView } from '../canvas/view.ts';
import { showDialog, useUi } from '../store/ui.ts';
import { carryOut, isWriting } from './commands.ts';
import { addAgent, addTask, remove } from './project-edits.ts';

/** Single keys, which the application's menu does not carry. */
export function handleKey(event: KeyboardEvent): void {
  if (isSelectAll(event) && !isWriting(event.target) && !useUi.getState().dialog) {
    event.preventDefault();
    carryOut('select_all');
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target) || useUi.getState().dialog) return;
  if (event.key === 'Escape') useUi.setState({ refused: null });
  const act = KEYS[event.key];
  if (!act) return;
  if (inTimeline(event.target) && /^[a-z]$/i.test(event.key)) return;
  event.preventDefault();
  act();
}

const KEYS: Readonly<Record<string, () => void>> = {
  a: () => addAgent(middleOfView()),
  t: () => addTask(middleOfView()),
  A: () => addAgent(middleOfView()),
  T: () => addTask(middleOfView()),
  Delete: () => remove(useUi.getState().selection),
  Backspace: () => remove(useUi.getState().selection),
  '?': () => showDialog('keys'),
  '/': () => carryOut('palette'),
};

/** The menu's own entry chooses text: where none is being written, nodes are meant. */
function isSelectAll(event: KeyboardEvent): boolean {
  return (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'a';
}

/** There W A S D move the view. */
function inTimeline(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('[data-keys="timeline"]') !== null;
}

/** What the clipboard's own events mean when no text is being edited. */
export function listenToClipboard(): () => void {
  const on = (type: 'copy' | 'cut' | 'paste') => {
    const listener = (event: Event) => {
      if (isWriting(event.target) || (document.getSelection()?.toString() ?? '') !== '') return;
      event.preventDefault();
      carryOut(type);
    };
    document.addEventListener(type, listener);
    return () => document.removeEventListener(type, listener);
  };
  const ends = [on('copy'), on('cut'), on('paste')];
  return () => {
    for (const end of ends) end();
  };
}
