import type { RerunChoice } from '../../shared/run/rerun.ts';
import { call } from '../bridge.ts';
import { figuresOfDrawnRun } from '../figures/run-figures.ts';
import { useDocument } from '../store/document.ts';
import { useRun } from '../store/run.ts';
import { useStale } from '../store/stale.ts';
import { keyParts, toast, useUi } from '../store/ui.ts';
import { begin, isCrewSynced } from './run-commands.ts';

/** A part of a run that is to be done again. */
export type RerunTarget = { kind: 'failed' | 'stale' } | { kind: 'from' | 'only'; task: string };

/** Does a part of a run again, as a new run that keeps the rest. */
export async function rerun(run: string, what: RerunTarget): Promise<void> {
  if (await isCrewSynced()) await begin(() => call('run.rerun', { run, what }));
}

/** The same of the run that is shown. */
export function rerunShown(what: RerunTarget): void {
  const { id, live } = useRun.getState();
  if (id === null) toast('info', 'There is no run yet. Run the crew first.');
  else if (live) toast('info', 'A run is in progress. Wait for it to finish, or stop it.');
  else void rerun(id, what);
}

/** Does the chosen task again, alone or with all that depends on it. */
export function rerunChosen(kind: 'from' | 'only'): void {
  const task = useUi
    .getState()
    .selection.map(keyParts)
    .find((key) => key?.kind === 'task');
  if (task) rerunShown({ kind, task: task.name });
  else toast('info', 'Select a task first.');
}

/**
 * What a rerun of the shown run would do and save, or why it cannot be, for a person; null where nothing is known of it
 * before main has looked.
 */
export async function planText(what: RerunTarget): Promise<string | null> {
  if (useRun.getState().live) return null;
  const { stale } = useStale.getState();
  const project = stale === null ? null : useDocument.getState().project;
  return (await figuresOfDrawnRun()?.plan(project, choiceOf(what, stale))) ?? null;
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
