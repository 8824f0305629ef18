import { rerunText } from '../../app/reports/rerun-text.ts';
import { planRerun, type RerunChoice } from '../../shared/run/rerun.ts';
import { savingsOf } from '../../shared/scheduler/savings.ts';
import { call } from '../bridge.ts';
import { useDocument } from '../store/document.ts';
import { useRun } from '../store/run.ts';
import { useStale } from '../store/stale.ts';
import { keyParts, toast, useUi } from '../store/ui.ts';
import { begin, isCrewTold } from './run-commands.ts';

/** A part of a run that is to be done again. */
export type Again = { kind: 'failed' | 'stale' } | { kind: 'from' | 'only'; task: string };

/** Does a part of a run again, as a new run that keeps the rest. */
export async function rerun(run: string, what: Again): Promise<void> {
  if (await isCrewTold()) await begin(() => call('run.rerun', { run, what }));
}

/** The same of the run that is shown. */
export function rerunShown(what: Again): void {
  const { id, live } = useRun.getState();
  if (id === null) toast('info', 'There is no run yet. Run the crew first.');
  else if (live) toast('info', 'A run is going on. Wait for its end, or stop it.');
  else void rerun(id, what);
}

/** Does the chosen task again, alone or with all that depends on it. */
export function rerunChosen(kind: 'from' | 'only'): void {
  const task = useUi
    .getState()
    .selection.map(keyParts)
    .find((key) => key?.kind === 'task');
  if (task) rerunShown({ kind, task: task.name });
  else toast('info', 'Choose a task first.');
}

/**
 * What a rerun of the shown run would do and save, or why it cannot be, for a person; null where nothing is known of it
 * before main has looked.
 */
export function planText(what: Again): string | null {
  const { state, live, project: asRun } = useRun.getState();
  const { stale } = useStale.getState();
  if (!state || !asRun || live) return null;
  const project = stale === null ? asRun : useDocument.getState().project;
  const plan = planRerun(project, state, choiceOf(what, stale));
  if (!plan.ok) return plan.message;
  const slots = project.settings.max_concurrent_tasks;
  return rerunText(plan.again.size, plan.kept.size, savingsOf(project, state, plan.kept, slots));
}

function choiceOf(what: Again, stale: ReadonlyMap<string, string> | null): RerunChoice {
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
