import { dirname } from 'node:path';
import { readBlob } from '../app/engine/journal/read-journal.ts';
import { isRunLocked } from '../app/engine/locks/run-locks.ts';
import type { CommandResult } from '../app/engine/request.ts';
import { isOf } from '../app/launch/compare.ts';
import { deleteRun } from '../app/launch/delete.ts';
import type { CallOutput } from '../shared/ipc/channels.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import { askForFolder, askToDelete } from './dialogs.ts';
import type { Handlers } from './ipc.ts';
import { type Controls, openCrew, type Runs } from './runs.ts';
import type { Session } from './session.ts';
import type { SettingsFile } from './settings.ts';

type RunCalls = Pick<
  Handlers<Session>,
  | 'run.start'
  | 'run.pause'
  | 'run.unpause'
  | 'run.stop'
  | 'run.slots'
  | 'run.answer'
  | 'run.budget'
  | 'run.interrupt'
  | 'run.resume'
  | 'run.dismiss'
  | 'run.rerun'
  | 'run.stale'
  | 'run.events'
  | 'run.blob'
  | 'run.watch'
  | 'run.export'
  | 'runs.list'
  | 'runs.delete'
>;

interface Deps {
  runs: Runs;
  settings: SettingsFile;
  work: BackgroundTasks;
  /** Folders that reports were exported into. */
  exported: Set<string>;
}

function done(result: CommandResult): CallOutput<'run.answer'> {
  return result.ok ? { status: 'done' } : { status: 'failed', message: result.message };
}

const IN_PROGRESS = { status: 'failed', message: 'This run is in progress. Stop it first.' } as const;
const NOT_IN_PROGRESS = { ok: false, message: 'This run is not in progress.' } as const;

/** Handles the window's calls about runs. */
export function runCalls({ runs, settings, work, exported }: Deps): RunCalls {
  const control = (id: string, act: (run: Controls) => void) => {
    const run = runs.controls(id);
    if (!run) return { status: 'failed' as const, message: NOT_IN_PROGRESS.message };
    act(run);
    return { status: 'done' as const };
  };
  return {
    'run.start': (session, input) => runs.start(session, input),
    'run.pause': (_session, { run }) => control(run, (handle) => handle.pause()),
    'run.unpause': (_session, { run }) => control(run, (handle) => handle.unpause()),
    'run.stop': (_session, { run }) => control(run, (handle) => handle.stop()),
    'run.slots': (_session, { run, slots }) => control(run, (handle) => handle.setSlots(slots)),
    'run.answer': async (_session, { run, task, answer }) => {
      const handle = runs.handle(run);
      return done(handle ? await handle.answerReview(task, answer) : NOT_IN_PROGRESS);
    },
    'run.budget': async (_session, { run, budget_usd }) => {
      const controls = runs.controls(run);
      return done(controls ? await controls.setBudget(budget_usd) : NOT_IN_PROGRESS);
    },
    'run.interrupt': (_session, { run }) => control(run, (handle) => handle.interrupt('budget')),
    'run.resume': (session, { run }) => runs.resume(session, run),
    'run.dismiss': (session, { run }) => {
      settings.dismissRun(run);
      session.showInterrupted(null);
      return {};
    },
    'run.rerun': (session, { run, what }) => runs.rerun(session, run, what),
    'run.stale': async (session, { run }) => ({ stale: await runs.stale(session, run) }),
    'run.events': async (session, { run, after }) => {
      session.shownRun = run;
      const page = await work.events(runs.dir(run), after);
      const [started] = page.events;
      const isOfCrew = started?.type === 'run.started' ? isOf({ started }, openCrew(session)) : null;
      return { ...page, of_crew: isOfCrew, live: runs.handle(run) !== null };
    },
    'run.blob': async (_session, { run, blob }) => {
      if (!/^[0-9a-f]{64}$/.test(blob)) throw new Error(`${JSON.stringify(blob)} is not the hash of a blob.`);
      return { text: (await readBlob(runs.dir(run), blob)) ?? '' };
    },
    'run.watch': (session, { tasks }) => {
      session.watched = new Set(tasks);
      return {};
    },
    'run.export': async (session, { run }) => {
      const below = await askForFolder(session.window, settings.get().exportFolder);
      if (below === null) return { status: 'cancelled' };
      const result = await work.export(runs.dir(run), below);
      if (!result.ok) return { status: 'failed', message: result.message };
      settings.update({ exportFolder: dirname(result.folder) });
      exported.add(result.folder);
      return { status: 'exported', folder: result.folder };
    },
    'runs.list': () => work.runs(),
    'runs.delete': async (session, { run }) => {
      if (await isRunLocked(runs.dir(run))) return IN_PROGRESS;
      if (!(await askToDelete(session.window, 'run', run))) return { status: 'cancelled' };
      // The run may have been resumed while the dialog was open.
      return done(await deleteRun(runs.dir(run)));
    },
  };
}
