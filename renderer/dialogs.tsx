import './features/dialogs/dialogs.css';
import { Dialog } from 'radix-ui';
import { useEffect, useRef } from 'react';
import { ProblemList } from './features/dialogs/problem-list.tsx';
import { type DialogContribution, useRegistry } from './state/contribution.ts';
import { showDialog, useUi } from './state/ui.ts';
import { useWindowState } from './state/window-state.ts';

/** The dialogs that features contribute, one at a time, and the list of problems. */
export function Dialogs() {
  const { dialogs } = useRegistry();
  return (
    <>
      {dialogs.map((dialog) => (
        <Modal key={dialog.name} {...dialog} />
      ))}
      <ProblemList />
    </>
  );
}

function Modal({ name, title, Content }: DialogContribution) {
  const open = useUi((ui) => ui.dialog === name);
  const win = useWindowState();
  // These dialogs are not opened by a trigger of the dialog library, so the focus must be restored here.
  const before = useRef<Element | null>(null);
  useEffect(
    () =>
      win.ui.subscribe((ui, last) => {
        if (ui.dialog === name && last.dialog !== name) before.current = document.activeElement;
      }),
    [name, win],
  );
  return (
    <Dialog.Root open={open} onOpenChange={(wanted) => showDialog(win, wanted ? name : null)}>
      <Dialog.Portal>
        <Dialog.Overlay className="overlay" />
        <Dialog.Content
          className="dialog"
          aria-describedby={undefined}
          onCloseAutoFocus={() => {
            if (before.current instanceof HTMLElement) before.current.focus();
          }}
        >
          <Dialog.Title asChild>
            <h2>{title}</h2>
          </Dialog.Title>
          <Content />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
