import '../../base/theme/notices.css';
import { formatNumber } from '../../../shared/figures/format.ts';
import type { FileNotice, InterruptedRun } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { saveCrew } from '../../state/commands/file-commands.ts';
import { keepMine, saveAgain, takeTheirs } from '../../state/commands/notice-commands.ts';
import { resumeRun } from '../../state/commands/run-commands.ts';
import { showDialog, useUi } from '../../state/ui.ts';
import { useWindowState, type WindowState } from '../../state/window-state.ts';
import { type FileAction, fileBar, timeOf } from './file-bar.ts';

const ACTIONS: Readonly<Record<FileAction, (win: WindowState) => void>> = {
  keep: (win) => void keepMine(win),
  take: (win) => void takeTheirs(win),
  compare: (win) => showDialog(win, 'compare'),
  save_again: (win) => void saveAgain(win),
  save_as: (win) => void saveCrew(win, true),
};

/** Messages about the window's crew and runs that stay until they are answered or obsolete. */
export function NoticeBars() {
  const { file, unprotected, interrupted } = useUi((ui) => ui.notices);
  return (
    <>
      {unprotected !== null && (
        <section className="notice failed" aria-label="Recovery" role="alert">
          <span className="text">
            Unsaved changes cannot be kept for recovery: {unprotected}. Save the crew to be safe. Crewlane keeps trying.
          </span>
        </section>
      )}
      {file && <FileBar notice={file} />}
      {interrupted && <InterruptedBar interrupted={interrupted} />}
    </>
  );
}

function InterruptedBar({ interrupted: { run, batch, wall_ms, done, total } }: { interrupted: InterruptedRun }) {
  const win = useWindowState();
  const what = batch === null ? 'run' : 'batch';
  const progress = `${formatNumber(done)} of ${formatNumber(total)} ${batch === null ? 'tasks' : 'rows'} done`;
  return (
    <section className="notice" aria-label="Interrupted run" role="status">
      <span className="text">
        An interrupted {what} of this crew is waiting: started {timeOf(wall_ms)}, {progress}.
      </span>
      <button type="button" className="button primary" onClick={() => void resumeRun(win, batch ?? run)}>
        Resume
      </button>
      <button type="button" className="button" onClick={() => void call('run.dismiss', { run: batch ?? run })}>
        Dismiss
      </button>
    </section>
  );
}

function FileBar({ notice }: { notice: FileNotice }) {
  const win = useWindowState();
  const { text, actions } = fileBar(notice);
  return (
    <section className="notice" aria-label="File" role="status">
      <span className="text">{text}</span>
      {actions.map(({ action, label }) => (
        <button key={action} type="button" className="button" onClick={() => ACTIONS[action](win)}>
          {label}
        </button>
      ))}
    </section>
  );
}
