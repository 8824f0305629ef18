import type { RerunChoice } from '../../../shared/run/rerun.ts';
import { call } from '../../base/bridge.ts';
import type { Command } from '../command.ts';
import { useDocument } from '../document.ts';
import { figuresOfShownRun } from '../figures/run-figures.ts';
import { useRun } from '../run.ts';
import { useStale } from '../stale.ts';
import { keyParts, toast, useUi } from '../ui.ts';
import { begin, isCrewSynced, NO_RUN } from './run-commands.ts';

/** The part of a run to repeat. */
export type RerunTarget = { kind: 'failed' | 'stale' } | { kind: 'from' | 'only'; task: string };

/** Repeats part of a run as a new run that reuses the rest. */
export async function rerun(run: string, what: RerunTarget): Promise<void> {
  if (await isCrewSynced()) await begin(() => call('run.rerun', { run, what }));
}

/** Repeats what failed in the rows of a batch, as a new batch with the crew of the earlier one. */
export function rerunBatch(batch: string): Promise<void> {
  return begin(() => call('run.rerun', { run: batch, what: { kind: 'failed' } }));
}

/** Repeats part of the shown run, or shows why that is not possible. */
export function rerunShown(what: RerunTarget): void {
  const { id } = useRun.getState();
  const refusal = rerunRefusal();
  if (refusal !== null) toast('info', refusal);
  else if (id !== null) void rerun(id, what);
}

function rerunRefusal(): string | null {
  const { id, live } = useRun.getState();
  if (id === null) return NO_RUN;
  return live ? 'A run is in progress. Wait for it to finish, or stop it.' : null;
}

function selectedTask(): string | null {
  const keys = useUi.getState().selection.map(keyParts);
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
    act: () => rerunShown(what),
  };
}

/** Repeats the selected task, alone or with all tasks that depend on it. */
function rerunTaskCommand(kind: 'from' | 'only', label: string): Command {
  return {
    name: `rerun_${kind}`,
    label,
    section: 'Run',
    menu: { menu: 'run', group: 2 },
    unavailable: () => rerunRefusal() ?? (selectedTask() === null ? 'Select a task first.' : null),
    act: () => {
      const task = selectedTask();
      if (task !== null) rerunShown({ kind, task });
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
export async function planText(what: RerunTarget): Promise<string | null> {
  if (useRun.getState().live) return null;
  const { stale } = useStale.getState();
  const crew = stale === null ? null : useDocument.getState().crew;
  return (await figuresOfShownRun()?.plan(crew, choiceOf(what, stale))) ?? null;
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
