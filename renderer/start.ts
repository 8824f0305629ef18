import { call, on } from './base/bridge.ts';
import { applyRows, findBatch } from './state/batch.ts';
import { menuCommands, performNamed } from './state/command.ts';
import { showOpened, showRefused } from './state/commands/file-commands.ts';
import { applyNotices, applyReload } from './state/commands/notice-commands.ts';
import type { Registry } from './state/contribution.ts';
import { openDocument } from './state/document.ts';
import { finishEdits, followEdits } from './state/edits.ts';
import { followQuestions } from './state/inbox.ts';
import { followPredictions } from './state/prediction.ts';
import { loadProviders } from './state/providers.ts';
import { applyEnd, applyUpdate, showRun } from './state/run.ts';
import { followDeletions } from './state/selection.ts';
import { followStale } from './state/stale.ts';
import { showDialog, toast, useUi } from './state/ui.ts';

/** The time in ms after which a busy window counts as ready. */
const SETTLED_AFTER_MS = 5000;

/** Subscribes to main, which sends nothing until the window requests its initial state. */
export async function startApp({ commands }: Registry): Promise<void> {
  listen();
  on('menu.command', ({ command }) => performNamed(commands, command));
  await call('app.menu', { commands: menuCommands(commands) });
  const start = await call('app.start', {});
  openDocument(start.document);
  const { platform, versions, key_store, theme, origin, refused, loading, notices } = start;
  useUi.setState({ theme, origin, app: { platform, versions, key_store }, dialog: null, loading });
  applyNotices(notices);
  if (refused) showRefused(refused);
  void findBatch();
  if (start.run) void showRun(start.run).catch(() => undefined);
  followEdits();
  followDeletions();
  void loadProviders();
  followPredictions();
  followStale();
  followQuestions();
}

/** Reports to main when the window has drawn its crew and is idle. */
export function reportWhenSettled(): void {
  if (useUi.getState().loading === null) {
    reportWhenIdle();
    return;
  }
  const end = useUi.subscribe(({ loading }) => {
    if (loading !== null) return;
    end();
    reportWhenIdle();
  });
}

function reportWhenIdle(): void {
  requestIdleCallback(() => void call('app.settled', {}), { timeout: SETTLED_AFTER_MS });
}

function listen(): void {
  on('app.error', ({ message }) => toast('error', message));
  on('run.update', applyUpdate);
  on('run.rows', applyRows);
  on('run.ended', ({ run, seq }) => applyEnd(run, seq));
  on('crew.origin', ({ origin }) => useUi.setState({ origin }));
  on('crew.opened', ({ document }) => showOpened(document));
  on('crew.refused', showRefused);
  on('crew.reloaded', applyReload);
  on('crew.finish', () => void finishEdits());
  on('crew.compare', () => showDialog('compare'));
  on('app.notices', applyNotices);
}
