import { call, on } from '../bridge.ts';
import { findBatch } from '../commands/batch-commands.ts';
import { showOpened, showRefused } from '../commands/file-commands.ts';
import { takeNotices, takeReloaded } from '../commands/notice-commands.ts';
import { followQuestions } from '../inbox/use-inbox.ts';
import { takeRows } from './batch.ts';
import { menuCommands, performNamed } from './command.ts';
import type { Registry } from './contribution.ts';
import { openDocument } from './document.ts';
import { finishEdits, followEdits } from './edits.ts';
import { followPredictions } from './prediction.ts';
import { showRun, takeBatch, takeEnd } from './run.ts';
import { followDeletions } from './selection.ts';
import { followStale } from './stale.ts';
import { showDialog, toast, useUi } from './ui.ts';

/** A window that is busy for so long is taken as settled all the same. */
const SETTLED_AFTER_MS = 5000;

/** Listens to main, which tells nothing before it is asked what this window starts with. */
export async function startApp({ commands }: Registry): Promise<void> {
  listen();
  on('menu.command', ({ command }) => performNamed(commands, command));
  await call('app.menu', { commands: menuCommands(commands) });
  const start = await call('app.start', {});
  openDocument(start.document);
  const { platform, versions, key_store, theme, origin, refused, loading, notices } = start;
  useUi.setState({ theme, origin, app: { platform, versions, key_store }, dialog: null, loading });
  takeNotices(notices);
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
export function tellWhenSettled(): void {
  if (useUi.getState().loading === null) {
    tellWhenIdle();
    return;
  }
  const end = useUi.subscribe(({ loading }) => {
    if (loading !== null) return;
    end();
    tellWhenIdle();
  });
}

function tellWhenIdle(): void {
  requestIdleCallback(() => void call('app.settled', {}), { timeout: SETTLED_AFTER_MS });
}

export async function loadProviders(): Promise<void> {
  useUi.setState({ providers: await call('providers.list', {}) });
}

function listen(): void {
  on('app.error', ({ message }) => toast('error', message));
  on('run.update', takeBatch);
  on('batch.rows', takeRows);
  on('run.ended', ({ run, seq }) => takeEnd(run, seq));
  on('project.origin', ({ origin }) => useUi.setState({ origin }));
  on('project.opened', ({ document }) => showOpened(document));
  on('project.refused', showRefused);
  on('project.reloaded', takeReloaded);
  on('project.finish', () => void finishEdits());
  on('project.compare', () => showDialog('compare'));
  on('app.notices', takeNotices);
}
