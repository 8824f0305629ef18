import { type ReactNode, useMemo } from 'react';
import { useStore } from 'zustand';
import { type FieldHost, FieldHostContext } from '../base/fields/fields.ts';
import { NotifyContext } from '../base/notify.ts';
import { endGesture } from './document.ts';
import { toast } from './ui.ts';
import { type WindowState, WindowStateContext } from './window-state.ts';

/** Gives the state of a window to the components inside, and to fields and texts what they need of it. */
export function WindowProvider({ win, children }: { win: WindowState; children?: ReactNode }) {
  const opened = useStore(win.document, (document) => document.opened);
  const host = useMemo((): FieldHost => {
    const isCurrent = () => win.document.getState().opened === opened;
    return { fields: win.fields, opened, isCurrent, endGesture: () => endGesture(win) };
  }, [win, opened]);
  const notify = useMemo(() => (text: string) => toast(win, 'info', text), [win]);
  return (
    <WindowStateContext value={win}>
      <FieldHostContext value={host}>
        <NotifyContext value={notify}>{children}</NotifyContext>
      </FieldHostContext>
    </WindowStateContext>
  );
}
