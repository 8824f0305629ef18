import { z } from 'zod';
import { type Crew, crewSchema } from '../../../shared/crew/schema.ts';
import type { CallInput } from '../../../shared/ipc/channels.ts';
import type { Started } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { findBatch } from '../batch.ts';
import type { Command } from '../command.ts';
import { useDocument } from '../document.ts';
import { syncEdits } from '../edits.ts';
import { showNewRun, showRun, useRun } from '../run.ts';
import { showDialog, toast, useUi } from '../ui.ts';

export const runCommand: Command = {
  name: 'run',
  label: 'Run',
  section: 'Run',
  menu: { menu: 'run', group: 1 },
  accelerator: 'Mod+Enter',
  unavailable: () => runRefusal(useDocument.getState()),
  act: () => void runCrew(),
};

export const pauseCommand: Command = {
  name: 'pause',
  label: 'Pause or resume',
  section: 'Run',
  menu: { menu: 'run', group: 1 },
  accelerator: 'Mod+Shift+P',
  unavailable: () => (useRun.getState().live || isInterrupted() ? null : NO_LIVE_RUN),
  act: () => void pauseOrResume(),
};

export const stopCommand: Command = {
  name: 'stop',
  label: 'Stop',
  section: 'Run',
  menu: { menu: 'run', group: 1 },
  accelerator: 'Mod+.',
  unavailable: () => (useRun.getState().live ? null : NO_LIVE_RUN),
  act: () => void stopShown(),
};

export const exportCommand: Command = {
  name: 'export',
  label: 'Export reports',
  section: 'File',
  menu: { menu: 'file', group: 3, label: 'Export Reports…' },
  accelerator: 'Mod+E',
  unavailable: () => (useRun.getState().id === null ? NO_RUN : null),
  act: () => void exportShown(),
};

/** Commands that start, control and export the shown run. */
export const RUN_COMMANDS: readonly Command[] = [runCommand, pauseCommand, stopCommand, exportCommand];

/** The reason why a command that needs a run is not available. */
export const NO_RUN = 'There is no run yet. Run the crew first.';
const NO_LIVE_RUN = 'No run is in progress.';

type Done = { status: 'done' } | { status: 'failed'; message: string };

export function showFailure(done: Done): void {
  if (done.status === 'failed') toast('error', done.message);
}

/** Allows one start at a time. */
export async function beginning(act: () => Promise<void>): Promise<void> {
  if (useUi.getState().busy) return;
  useUi.setState({ busy: 'starting', refused: null });
  try {
    await act();
  } finally {
    useUi.setState({ busy: null });
  }
}

/**
 * Shows the run that started, or the first row of the batch, or the reason why nothing started.
 * @param crew the crew of the run, if it is known here: then nothing of a new run needs to be read
 */
export async function showStarted(started: Started, crew: Crew | null = null): Promise<void> {
  switch (started.status) {
    case 'started':
      if (started.note !== undefined) toast('info', started.note);
      if (started.batch !== null) await findBatch();
      if (started.run === null) toast('error', 'No row of the batch could start. See each row for the reason.');
      else if (crew) showNewRun(started.run, crew);
      else await showRun(started.run);
      return;
    case 'refused':
      useUi.setState({ refused: { title: 'The crew cannot run yet', problems: started.problems } });
      return;
    case 'failed':
      toast('error', started.failure.message, keyAction(started.failure.kind));
      return;
    case 'cancelled':
      return;
  }
}

/** Starts a run or batch and shows it, or shows why it cannot start. */
export function begin(start: () => Promise<Started>): Promise<void> {
  return beginning(async () => showStarted(await start()));
}

function keyAction(kind: string): { label: string; act: () => void } | undefined {
  return kind === 'no_key' ? { label: 'Enter API key', act: () => showDialog('key') } : undefined;
}

/** Why the crew on screen cannot run, as a message; null if it can. */
export function runRefusal({ crew, stashed }: { crew: Crew; stashed: unknown }): string | null {
  if (stashed !== null) return 'The canvas shows the crew of an earlier run. Go back to editing to run your crew.';
  return crew.tasks.length === 0 ? 'This crew has no tasks yet. Press T to add one.' : null;
}

/** Runs the crew in the window with the slots and the provider that the toolbar shows. */
function runCrew(): Promise<void> {
  return beginning(async () => {
    const { crew } = useDocument.getState();
    if (!(await isCrewSynced())) return;
    await showStarted(await call('run.start', startOptionsOf(crew)), crew);
  });
}

/** Whether main has the current crew. If main refuses the crew, shows its problems. */
export async function isCrewSynced(): Promise<boolean> {
  if (await syncEdits()) return true;
  const { error } = crewSchema.safeParse(useDocument.getState().crew);
  const what = error ? `: ${z.prettifyError(error)}` : '';
  toast('error', `This crew cannot run${what}. Fix it, or undo your last changes.`);
  return false;
}

/** The run command that the toolbar shows. */
export function startOptionsOf({ settings }: Crew): CallInput<'run.start'> {
  const { max_concurrent_tasks: slots, provider, base_url = null, model = null } = settings;
  return { slots, provider, base_url, model };
}

/** Resumes an interrupted run or batch. @param run its ID */
export function resumeRun(run: string): Promise<void> {
  return begin(() => call('run.resume', { run }));
}

async function pauseOrResume(): Promise<void> {
  const { id, live } = useRun.getState();
  if (!id) return;
  if (!live) return isInterrupted() ? resumeRun(id) : undefined;
  showFailure(await call(isPaused() ? 'run.unpause' : 'run.pause', { run: id }));
}

/** Stops the shown run, or the batch that it is a row of. */
export async function stopShown(): Promise<void> {
  const { id, live } = useRun.getState();
  if (id && live) await stopRun(id);
}

/** Stops a run or batch in progress. @param run its ID */
export async function stopRun(run: string): Promise<void> {
  showFailure(await call('run.stop', { run }));
}

/** More slots start at once; with fewer, running turns end first. */
export async function changeSlots(slots: number): Promise<void> {
  const { id, live } = useRun.getState();
  if (id && live) showFailure(await call('run.slots', { run: id, slots }));
}

async function exportShown(): Promise<void> {
  const { id } = useRun.getState();
  if (id) await exportReports(id);
}

/** Asks for a folder and writes the reports of a run or batch into it. @param run its ID */
export async function exportReports(run: string): Promise<void> {
  if (useUi.getState().busy) return;
  useUi.setState({ busy: 'exporting' });
  try {
    const exported = await call('run.export', { run });
    if (exported.status === 'failed') toast('error', exported.message);
    if (exported.status !== 'exported') return;
    const { folder } = exported;
    const act = () => void call('app.show_folder', { path: folder });
    toast('info', `Reports: ${folder}`, { label: 'Show folder', act });
  } finally {
    useUi.setState({ busy: null });
  }
}

export function isPaused(): boolean {
  return useRun.getState().state?.paused.at(-1)?.end === null;
}

/** Whether the run was interrupted and can be resumed. */
export function isInterrupted(): boolean {
  const { state, live, reading } = useRun.getState();
  return state !== null && !live && !reading && state.outcome === null;
}
