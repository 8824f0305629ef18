import { useEffect } from 'react';
import { Group, Panel, Separator, useDefaultLayout } from 'react-resizable-panels';
import { pathOf } from './base/bridge.ts';
import { Dialogs } from './dialogs.tsx';
import { BatchStrip } from './features/batch/batch-strip.tsx';
import { CrewCanvas } from './features/canvas/crew-canvas.tsx';
import { Toasts } from './features/dialogs/toasts.tsx';
import { Inbox } from './features/inbox/inbox.tsx';
import { Inspector } from './features/inspector/inspector.tsx';
import { Library } from './features/library/library.tsx';
import { NoticeBars } from './features/notices/notice-bars.tsx';
import { StatusLine } from './features/status/status-line.tsx';
import { Toolbar } from './features/toolbar/toolbar.tsx';
import { TrustBar } from './features/trust/trust-bar.tsx';
import { LowerPanels } from './lower-panels.tsx';
import { openDropped } from './state/commands/file-commands.ts';
import { listenToKeys } from './state/commands/shortcuts.ts';
import { useRegistry } from './state/contribution.ts';
import { useUi } from './state/ui.ts';
import './base/css-properties.ts';
import { useWindowState, type WindowState } from './state/window-state.ts';

/** The window: toolbar, library, canvas and inspector above, the tabs of the run below, the status line at the foot. */
export function App() {
  const win = useWindowState();
  const { commands } = useRegistry();
  useEffect(() => listenToKeys(win, commands), [commands, win]);
  const rows = useDefaultLayout({ id: 'rows', storage: localStorage });
  const columns = useDefaultLayout({ id: 'columns', storage: localStorage });
  const loading = useUi((ui) => ui.loading);
  if (loading !== null) return <Loading path={loading} />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files are dropped on the window as a whole
    <div className="shell" onDragOver={allowFiles} onDrop={(event) => dropFiles(win, event)}>
      <Toolbar />
      <NoticeBars />
      <TrustBar />
      <BatchStrip />
      <main>
        <Group orientation="vertical" {...rows}>
          <Panel id="upper" minSize={180} defaultSize="58%">
            <Group orientation="horizontal" {...columns}>
              <Panel id="library" collapsible minSize={150} defaultSize={214} groupResizeBehavior="preserve-pixel-size">
                <Library />
              </Panel>
              <Separator className="separator-x" aria-label="Between library and canvas" />
              <Panel id="canvas" minSize={300}>
                <CrewCanvas />
              </Panel>
              <Separator className="separator-x" aria-label="Between canvas and inspector" />
              <Panel
                id="inspector"
                collapsible
                minSize={220}
                defaultSize={300}
                groupResizeBehavior="preserve-pixel-size"
              >
                <Inspector />
              </Panel>
            </Group>
          </Panel>
          <Separator className="separator-y" aria-label="Between canvas and timeline" />
          <Panel id="lower" collapsible minSize={120}>
            <LowerPanels />
          </Panel>
        </Group>
      </main>
      <StatusLine />
      <Inbox />
      <Dialogs />
      <Toasts />
    </div>
  );
}

function Loading({ path }: { path: string }) {
  return (
    <div className="loading" role="status">
      <strong>Loading…</strong>
      <span className="muted">{path}</span>
    </div>
  );
}

function allowFiles(event: React.DragEvent): void {
  if (event.dataTransfer.types.includes('Files')) event.preventDefault();
}

function dropFiles(win: WindowState, event: React.DragEvent): void {
  const files = [...event.dataTransfer.files];
  if (files.length === 0) return;
  event.preventDefault();
  void openDropped(
    win,
    files.map(pathOf).filter((path) => path !== ''),
  );
}
