import './features/dialogs/dialogs.css';
import { Dialog } from 'radix-ui';
import { useEffect, useRef } from 'react';
import { call } from './base/bridge.ts';
import { BatchPreview } from './features/batch/batch-preview.tsx';
import { KeyForm } from './features/dialogs/key-form.tsx';
import { Keys } from './features/dialogs/keys.tsx';
import { ProblemList } from './features/dialogs/problem-list.tsx';
import { Comparison } from './features/notices/comparison.tsx';
import { CommandPalette } from './features/palette/command-palette.tsx';
import { Trusted } from './features/trust/trusted.tsx';
import type { DialogName } from './state/stores/ui-store.ts';
import { showDialog, useUi } from './state/ui.ts';
import { useWindowState } from './state/window-state.ts';

/** The dialogs of the window, one at a time. */
export function Dialogs() {
  const dialog = useUi((ui) => ui.dialog);
  return (
    <>
      <Modal name="about" title="Crewlane" open={dialog === 'about'}>
        <About />
      </Modal>
      <Modal name="keys" title="Keyboard shortcuts" open={dialog === 'keys'}>
        <Keys />
      </Modal>
      <Modal name="key" title="Provider API key" open={dialog === 'key'}>
        <KeyForm />
      </Modal>
      <Modal name="compare" title="Compare with the file on disk" open={dialog === 'compare'}>
        <Comparison />
      </Modal>
      <Modal name="batch" title="Run batch" open={dialog === 'batch'}>
        <BatchPreview />
      </Modal>
      <Modal name="trusted" title="Trusted crews and folders" open={dialog === 'trusted'}>
        <Trusted />
      </Modal>
      <Modal name="palette" title="Search" open={dialog === 'palette'}>
        <CommandPalette />
      </Modal>
      <ProblemList />
    </>
  );
}

function Modal({
  name,
  title,
  open,
  children,
}: {
  name: DialogName;
  title: string;
  open: boolean;
  children: React.ReactNode;
}) {
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
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function About() {
  const win = useWindowState();
  const { versions, platform, key_store } = useUi((ui) => ui.app);
  const lines = [
    ...Object.entries(versions),
    ['platform', platform],
    ['keys', key_store === 'system' ? 'in the system’s key store' : 'in memory until you quit'],
  ];
  const copy = () => void call('app.copy', { text: lines.map(([name, value]) => `${name}: ${value}`).join('\n') });
  return (
    <>
      <dl className="facts">
        {lines.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="num">{value}</dd>
          </div>
        ))}
      </dl>
      <div className="actions">
        <button type="button" className="button" onClick={copy}>
          Copy diagnostics
        </button>
        <button type="button" className="button primary" onClick={() => showDialog(win, null)}>
          Close
        </button>
      </div>
    </>
  );
}
