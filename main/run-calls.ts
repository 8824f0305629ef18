import { dirname } from 'node:path';
import { readLocalFacts } from '../app/engine/journal/local-facts.ts';
import { readBlob } from '../app/engine/journal/read-journal.ts';
import { isRunLocked } from '../app/engine/locks/run-locks.ts';
import type { CommandResult } from '../app/engine/request.ts';
import { isOf } from '../app/launch/compare.ts';
import { deleteBatch, deleteRun } from '../app/launch/delete.ts';
import { kindOfFolder } from '../app/launch/group/batch-folder.ts';
import type { GroupHandle } from '../app/launch/group/group-handle.ts';
import type { CallOutput } from '../shared/ipc/channels.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import { previewOf, readBatchInputs } from './batch-inputs.ts';
import { askForFolder, askForInputs, askToDelete } from './dialogs.ts';
import { batchView } from './group-progress.ts';
import type { Handlers } from './ipc.ts';
import { openCrew, type Runs } from './runs.ts';
import type { Session } from './session.ts';
import type { SettingsFile } from './settings.ts';

type RunCalls = Pick<
  Handlers<Session>,
  | 'batch.choose'
  | 'run.start'
  | 'run.current'
  | 'run.pause'
  | 'run.unpause'
  | 'run.stop'
  | 'run.slots'
  | 'run.answer'
  | 'run.reply'
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

const NOT_IN_PROGRESS = { ok: false, message: 'This run is not in progress.' } as const;

/** Handles the window's calls about runs and batches. */
export function runCalls({ runs, settings, work, exported }: Deps): RunCalls {
  const control = (id: string, act: (group: GroupHandle) => void) => {
    const group = runs.group(id);
    if (!group) return done(NOT_IN_PROGRESS);
    act(group);
    return done({ ok: true });
  };
  return {
    'batch.choose': async (session) => {
      const path = await askForInputs(session.window, settings.get().lastFolder);
      if (path === null) return { status: 'cancelled' };
      session.chosenInputs.add(path);
      return previewOf(path, await readBatchInputs(session.document.crew, path));
    },
    'run.start': async (session, { path, inputs = {}, ...input }) => {
      if (path === undefined) return runs.start(session, input, { kind: 'run', values: inputs });
      // A page may read only files that a person chose in its window.
      if (!session.chosenInputs.has(path)) throw new Error(`${JSON.stringify(path)} was not chosen in this window.`);
      // Read again: it may have changed since it was shown.
      const { problems, rows } = await readBatchInputs(session.document.crew, path);
      if (problems.length > 0) return { status: 'refused', problems };
      return runs.start(session, input, { kind: 'batch', values: rows });
    },
    'run.current': (session) => {
      const group = runs.activeIn(session);
      return { batch: group?.kind === 'batch' ? batchView(group) : null };
    },
    'run.pause': (_session, { run }) => control(run, (handle) => handle.pause()),
    'run.unpause': (_session, { run }) => control(run, (handle) => handle.unpause()),
    'run.stop': (_session, { run }) => control(run, (handle) => handle.stop()),
    'run.slots': (_session, { run, slots }) => control(run, (handle) => handle.setSlots(slots)),
    'run.answer': async (_session, { run, task, answer }) => {
      const row = runs.row(run);
      return done(row ? await row.answerReview(task, answer) : NOT_IN_PROGRESS);
    },
    'run.reply': async (_session, { run, task, id, answer }) => {
      const row = runs.row(run);
      return done(row ? await row.answerQuestion(task, id, answer) : NOT_IN_PROGRESS);
    },
    'run.budget': async (_session, { run, ...budget }) => {
      const group = runs.group(run);
      if (!group) return done(NOT_IN_PROGRESS);
      const set =
        'budget_usd' in budget ? group.setBudget(budget.budget_usd) : group.setTokenBudget(budget.budget_tokens);
      return done(await set);
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
      const isOfCrew =
        started?.type === 'run.started'
          ? isOf({ started, local: await readLocalFacts(runs.dir(run), started) }, openCrew(session))
          : null;
      return { ...page, of_crew: isOfCrew, live: runs.row(run) !== null };
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
      const dir = runs.dir(run);
      const kind = await kindOfFolder(dir);
      if (await isRunLocked(dir)) return done({ ok: false, message: `This ${kind} is in progress. Stop it first.` });
      if (!(await askToDelete(session.window, kind, run))) return { status: 'cancelled' };
      // It may have been resumed while the dialog was open.
      return done(await (kind === 'run' ? deleteRun(dir) : deleteBatch(dir)));
    },
  };
}
