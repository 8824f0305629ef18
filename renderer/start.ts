import { call, on } from './base/bridge.ts';
import { followActivities } from './state/activities.ts';
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
import { followServers } from './state/servers.ts';
import { followStale } from './state/stale.ts';
import { showDialog, toast } from './state/ui.ts';
import type { WindowState } from './state/window-state.ts';

/** The time in ms after which a busy window counts as ready. */
const SETTLED_AFTER_MS = 5000;

/** Subscribes to main, which sends nothing until the window requests its initial state. */
export async function startApp(win: WindowState, { commands }: Registry): Promise<void> {
  listen(win);
  followActivities(win);
  on('menu.command', ({ command }) => performNamed(win, commands, command));
  await call('app.menu', { commands: menuCommands(commands) });
  const start = await call('app.start', {});
  openDocument(win, start.document);
  const { platform, versions, key_store, theme, origin, refused, loading, notices } = start;
  win.ui.setState({ theme, origin, app: { platform, versions, key_store }, dialog: null, loading });
  applyNotices(win, notices);
  if (refused) showRefused(win, refused);
  void findBatch(win);
  if (start.run) void showRun(win, start.run).catch(() => undefined);
  followEdits(win);
  followDeletions(win);
  void loadProviders(win);
  followPredictions(win);
  followStale(win);
  followQuestions(win);
  followServers(win);
}

/** Reports to main when the window has drawn its crew and is idle. */
export function reportWhenSettled(win: WindowState): void {
  if (win.ui.getState().loading === null) {
    reportWhenIdle(win);
    return;
  }
  const end = win.ui.subscribe(({ loading }) => {
    if (loading !== null) return;
    end();
    reportWhenIdle(win);
  });
}

function reportWhenIdle(win: WindowState): void {
  const end = win.activities.begin('first-drawing');
  const report = () => void call('app.settled', {}).finally(end);
  requestIdleCallback(report, { timeout: SETTLED_AFTER_MS });
}

function listen(win: WindowState): void {
  on('app.error', ({ message }) => toast(win, 'error', message));
  on('run.update', (batch) => applyUpdate(win, batch));
  on('run.rows', (value) => applyRows(win, value));
  on('run.ended', ({ run, seq }) => applyEnd(win, run, seq));
  on('crew.origin', ({ origin }) => win.ui.setState({ origin }));
  on('crew.opened', ({ document }) => showOpened(win, document));
  on('crew.refused', (value) => showRefused(win, value));
  on('crew.reloaded', (value) => applyReload(win, value));
  on('crew.finish', () => void finishEdits(win));
  on('crew.compare', () => showDialog(win, 'compare'));
  on('app.notices', (notices) => applyNotices(win, notices));
}
