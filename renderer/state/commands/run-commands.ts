import { z } from 'zod';
import { missingInputNames } from '../../../shared/crew/missing-inputs.ts';
import type { Values } from '../../../shared/crew/placeholders.ts';
import { type Crew, crewSchema } from '../../../shared/crew/schema.ts';
import type { CallInput } from '../../../shared/ipc/channels.ts';
import type { Started } from '../../../shared/ipc/values.ts';
import { call } from '../../base/bridge.ts';
import { findBatch } from '../batch.ts';
import type { Command } from '../command.ts';
import { syncEdits } from '../edits.ts';
import { showNewRun, showRun } from '../run.ts';
import { showDialog, toast } from '../ui.ts';
import type { WindowState } from '../window-state.ts';

export const runCommand: Command = {
  name: 'run',
  label: 'Run',
  section: 'Run',
  menu: { menu: 'run', group: 1 },
  accelerator: 'Mod+Enter',
  unavailable: (win) => runRefusal(win.document.getState()),
  act: (win) => void runCrew(win),
};

const runWithInputsCommand: Command = {
  name: 'run_inputs',
  label: 'Run with inputs…',
  section: 'Run',
  menu: { menu: 'run', group: 1 },
  accelerator: 'Mod+I',
  unavailable: (win) => runRefusal(win.document.getState()) ?? inputsRefusal(win.document.getState()),
  act: (win) => showDialog(win, 'inputs'),
};

export const pauseCommand: Command = {
  name: 'pause',
  label: 'Pause or resume',
  section: 'Run',
  menu: { menu: 'run', group: 1 },
  accelerator: 'Mod+Shift+P',
  unavailable: (win) => (win.run.getState().live || isInterrupted(win) ? null : NO_LIVE_RUN),
  act: (win) => void pauseOrResume(win),
};

export const stopCommand: Command = {
  name: 'stop',
  label: 'Stop',
  section: 'Run',
  menu: { menu: 'run', group: 1 },
  accelerator: 'Mod+.',
  unavailable: (win) => (win.run.getState().live ? null : NO_LIVE_RUN),
  act: (win) => void stopShown(win),
};

export const exportCommand: Command = {
  name: 'export',
  label: 'Export reports',
  section: 'File',
  menu: { menu: 'file', group: 3, label: 'Export Reports…' },
  accelerator: 'Mod+E',
  unavailable: (win) => (win.run.getState().id === null ? NO_RUN : null),
  act: (win) => void exportShown(win),
};

/** Commands that start, control and export the shown run. */
export const RUN_COMMANDS: readonly Command[] = [
  runCommand,
  runWithInputsCommand,
  pauseCommand,
  stopCommand,
  exportCommand,
];

/** The reason why a command that needs a run is not available. */
export const NO_RUN = 'No run yet. Run the crew first.';
const NO_LIVE_RUN = 'No run is in progress.';

type Done = { status: 'done' } | { status: 'failed'; message: string };

/** Shows a message if a request failed. */
export function showFailure(win: WindowState, done: Done): void {
  if (done.status === 'failed') toast(win, 'error', done.message);
}

/** Allows one start at a time. */
export async function beginning(win: WindowState, act: () => Promise<void>): Promise<void> {
  if (win.ui.getState().busy) return;
  win.ui.setState({ busy: 'starting', refused: null });
  try {
    await act();
  } finally {
    win.ui.setState({ busy: null });
  }
}

/**
 * Shows the run that started, or the first row of the batch, or the reason why nothing started.
 * @param crew the crew of the run, if it is known here: then nothing of a new run needs to be read
 */
export async function showStarted(win: WindowState, started: Started, crew: Crew | null = null): Promise<void> {
  switch (started.status) {
    case 'started':
      if (started.note !== undefined) toast(win, 'info', started.note);
      if (started.batch !== null) await findBatch(win);
      if (started.run === null) toast(win, 'error', 'No row of the batch could start. See each row for the reason.');
      else if (crew) showNewRun(win, started.run, crew);
      else await showRun(win, started.run);
      return;
    case 'refused':
      win.ui.setState({ refused: { title: 'The crew cannot run yet', problems: started.problems } });
      return;
    case 'failed':
      toast(win, 'error', started.failure.message, keyAction(win, started.failure.kind));
      return;
    case 'cancelled':
      return;
  }
}

/** Starts a run or batch and shows it, or shows why it cannot start. */
export function begin(win: WindowState, start: () => Promise<Started>): Promise<void> {
  return beginning(win, async () => showStarted(win, await start()));
}

function keyAction(win: WindowState, kind: string): { label: string; act: () => void } | undefined {
  return kind === 'no_key' ? { label: 'Enter API key', act: () => showDialog(win, 'key') } : undefined;
}

/** Why the crew on screen cannot run, as a message; null if it can. */
export function runRefusal({ crew, stashed }: { crew: Crew; stashed: unknown }): string | null {
  if (stashed !== null) return 'The canvas shows the crew of an earlier run. Go back to editing to run your crew.';
  return crew.tasks.length === 0 ? 'This crew has no tasks yet. Press T to add one.' : null;
}

/** Why there is nothing to enter before a run; null if the crew has or uses inputs. */
function inputsRefusal({ crew }: { crew: Crew }): string | null {
  const hasInputs = Object.keys(crew.inputs).length > 0 || missingInputNames(crew, {}).length > 0;
  return hasInputs ? null : 'This crew has no inputs. Write {topic} in a text to use one.';
}

/** Runs the crew in the window, and opens the sheet of inputs if a placeholder has no value. */
async function runCrew(win: WindowState): Promise<void> {
  if ((await runWithInputs(win, {})) === 'inputs missing') showDialog(win, 'inputs');
}

/**
 * Runs the crew in the window with the slots and the provider that the toolbar shows. Shows the run, or why it did not
 * start, unless the only reason is that placeholders have no value.
 * @param inputs the values of this run, which override those of the crew
 */
export async function runWithInputs(win: WindowState, inputs: Values): Promise<'answered' | 'inputs missing'> {
  let answer: 'answered' | 'inputs missing' = 'answered';
  await beginning(win, async () => {
    const { crew } = win.document.getState();
    if (!(await isCrewSynced(win))) return;
    const started = await call('run.start', { ...startOptionsOf(crew), inputs });
    if (lacksInputs(started)) answer = 'inputs missing';
    else await showStarted(win, started, isRunAsShown(crew, inputs) ? crew : null);
  });
  return answer;
}

function lacksInputs(started: Started): boolean {
  return started.status === 'refused' && started.problems.every(({ code }) => code === 'missing_input');
}

/** Whether main has the current crew. If main refuses the crew, shows its problems. */
export async function isCrewSynced(win: WindowState): Promise<boolean> {
  if (await syncEdits(win)) return true;
  const { error } = crewSchema.safeParse(win.document.getState().crew);
  const what = error ? `: ${z.prettifyError(error)}` : '';
  toast(win, 'error', `This crew cannot run${what}. Fix it, or undo your last changes.`);
  return false;
}

/** Whether a run has the crew in the window as it is. Otherwise its folder has what was added: inputs, crew files. */
function isRunAsShown({ tasks }: Crew, inputs: object): boolean {
  return Object.keys(inputs).length === 0 && tasks.every((task) => task.crew === undefined);
}

/** The options of a run, from the settings of the crew. */
export function startOptionsOf({ settings }: Crew): CallInput<'run.start'> {
  const { max_concurrent_tasks: slots, provider, base_url = null, model = null } = settings;
  return { slots, provider, base_url, model };
}

/** Resumes an interrupted run or batch. @param run its ID */
export function resumeRun(win: WindowState, run: string): Promise<void> {
  return begin(win, () => call('run.resume', { run }));
}

async function pauseOrResume(win: WindowState): Promise<void> {
  const { id, live } = win.run.getState();
  if (!id) return;
  if (!live) return isInterrupted(win) ? resumeRun(win, id) : undefined;
  showFailure(win, await call(isPaused(win) ? 'run.unpause' : 'run.pause', { run: id }));
}

/** Stops the shown run, or the batch that it is a row of. */
export async function stopShown(win: WindowState): Promise<void> {
  const { id, live } = win.run.getState();
  if (id && live) await stopRun(win, id);
}

/** Stops a run or batch in progress. @param run its ID */
export async function stopRun(win: WindowState, run: string): Promise<void> {
  showFailure(win, await call('run.stop', { run }));
}

/** More slots start at once; with fewer, running turns end first. */
export async function changeSlots(win: WindowState, slots: number): Promise<void> {
  const { id, live } = win.run.getState();
  if (id && live) showFailure(win, await call('run.slots', { run: id, slots }));
}

async function exportShown(win: WindowState): Promise<void> {
  const { id } = win.run.getState();
  if (id) await exportReports(win, id);
}

/** Asks for a folder and writes the reports of a run or batch into it. @param run its ID */
export async function exportReports(win: WindowState, run: string): Promise<void> {
  if (win.ui.getState().busy) return;
  win.ui.setState({ busy: 'exporting' });
  try {
    const exported = await call('run.export', { run });
    if (exported.status === 'failed') toast(win, 'error', exported.message);
    if (exported.status !== 'exported') return;
    const { folder } = exported;
    const act = () => void call('app.show_folder', { path: folder });
    toast(win, 'info', `Reports: ${folder}`, { label: 'Show folder', act });
  } finally {
    win.ui.setState({ busy: null });
  }
}

/** Whether the shown run is paused. */
export function isPaused(win: WindowState): boolean {
  return win.run.getState().state?.paused.at(-1)?.end === null;
}

/** Whether the run was interrupted and can be resumed. */
export function isInterrupted(win: WindowState): boolean {
  const { status, state } = win.run.getState();
  return status === 'ended' && state.outcome === null;
}
