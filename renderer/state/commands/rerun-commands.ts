import type { RerunChoice } from '../../../shared/run/rerun.ts';
import { call } from '../../base/bridge.ts';
import type { Command } from '../command.ts';
import { figuresOfShownRun } from '../figures/run-figures.ts';
import { keyParts, toast } from '../ui.ts';
import type { WindowState } from '../window-state.ts';
import { begin, isCrewSynced, NO_RUN } from './run-commands.ts';

/** The part of a run to repeat. */
export type RerunTarget = { kind: 'failed' | 'stale' } | { kind: 'from' | 'only'; task: string };

/** Repeats part of a run as a new run that reuses the rest. */
export async function rerun(win: WindowState, run: string, what: RerunTarget): Promise<void> {
  if (await isCrewSynced(win)) await begin(win, () => call('run.rerun', { run, what }));
}

/** Repeats what failed in the rows of a batch, as a new batch with the crew of the earlier one. */
export function rerunBatch(win: WindowState, batch: string): Promise<void> {
  return begin(win, () => call('run.rerun', { run: batch, what: { kind: 'failed' } }));
}

/** Repeats part of the shown run, or shows why that is not possible. */
export function rerunShown(win: WindowState, what: RerunTarget): void {
  const { id } = win.run.getState();
  const refusal = rerunRefusal(win);
  if (refusal !== null) toast(win, 'info', refusal);
  else if (id !== null) void rerun(win, id, what);
}

function rerunRefusal(win: WindowState): string | null {
  const { id, live } = win.run.getState();
  if (id === null) return NO_RUN;
  return live ? 'A run is in progress. Wait for it to finish, or stop it.' : null;
}

function selectedTask(win: WindowState): string | null {
  const keys = win.ui.getState().selection.map(keyParts);
  return keys.find((key) => key?.kind === 'task')?.name ?? null;
}

function rerunCommand(name: string, label: string, what: RerunTarget, accelerator?: string): Command {
  return {
    name,
    label,
    section: 'Run',
    menu: { menu: 'run', group: 2 },
    ...(accelerator === undefined ? {} : { accelerator }),
    unavailable: rerunRefusal,
    act: (win) => rerunShown(win, what),
  };
}

/** Repeats the selected task, alone or with all tasks that depend on it. */
function rerunTaskCommand(kind: 'from' | 'only', label: string): Command {
  return {
    name: `rerun_${kind}`,
    label,
    section: 'Run',
    menu: { menu: 'run', group: 2 },
    unavailable: (win) => rerunRefusal(win) ?? (selectedTask(win) === null ? 'Select a task first.' : null),
    act: (win) => {
      const task = selectedTask(win);
      if (task !== null) rerunShown(win, { kind, task });
    },
  };
}

/** Commands that repeat part of the shown run. */
export const RERUN_COMMANDS: readonly Command[] = [
  rerunCommand('rerun_failed', 'Rerun failed tasks', { kind: 'failed' }),
  rerunCommand('rerun_stale', 'Rerun stale tasks', { kind: 'stale' }, 'Mod+Alt+Enter'),
  rerunTaskCommand('from', 'Run from here'),
  rerunTaskCommand('only', 'Run only this task'),
];

/**
 * What a rerun of the shown run would do and save, or why it is not possible, as text for people; null while main has
 * not answered.
 */
export async function planText(win: WindowState, what: RerunTarget): Promise<string | null> {
  if (win.run.getState().live) return null;
  const { stale } = win.stale.getState();
  const crew = stale === null ? null : win.document.getState().crew;
  return (await figuresOfShownRun(win)?.plan(crew, choiceOf(what, stale))) ?? null;
}

function choiceOf(what: RerunTarget, stale: ReadonlyMap<string, string> | null): RerunChoice {
  switch (what.kind) {
    case 'failed':
      return { kind: 'failed' };
    case 'stale':
      return { kind: 'stale', stale: new Set(stale?.keys()) };
    case 'from':
    case 'only':
      return what;
  }
}
