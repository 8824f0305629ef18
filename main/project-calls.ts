import { listTemplates } from '../app/project/templates.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import { type Documents, EMPTY_CREW } from './documents.ts';
import type { Handlers } from './ipc.ts';
import type { Runs } from './runs.ts';
import type { Session } from './session.ts';
import type { Windows } from './windows.ts';

type ProjectCalls = Pick<
  Handlers<Session>,
  | 'project.templates'
  | 'project.new'
  | 'project.from_run'
  | 'project.open'
  | 'project.save'
  | 'project.save_as'
  | 'project.edited'
  | 'project.finished'
  | 'project.taken'
  | 'project.answer'
  | 'project.on_disk'
  | 'project.estimates'
>;

interface Deps {
  documents: Documents;
  examples: string;
  work: BackgroundTasks;
  runs: Runs;
  windows: Windows;
}

/** Handles the window's calls about its crew. */
export function projectCalls({ documents, examples, work, runs, windows }: Deps): ProjectCalls {
  return {
    'project.templates': () => listTemplates(examples),
    'project.new': (session, { template }) => documents.fromTemplate(session, template),
    'project.from_run': async (session, { run }) => {
      const { project } = await work.events(runs.dir(run), 0);
      if (project === null) throw new Error(`Run ${run} has no crew.`);
      return runs.activeIn(session) === null ? documents.openNew(session, project) : { status: 'cancelled' };
    },
    'project.open': async (session, { path, beside }) => {
      // A window with a run in progress keeps its crew, and a dropped file never replaces one.
      const replace = runs.activeIn(session) === null && !(beside === true && holdsWork(session));
      return replace ? documents.open(session, path) : windows.openBeside(session, path);
    },
    'project.save': (session, { project }) => documents.save(session, project),
    'project.save_as': (session, { project }) => documents.saveAs(session, project),
    'project.edited': (session, { project, edited, touched }) => {
      documents.edited(session, project, edited, touched);
      return {};
    },
    'project.finished': (session) => {
      session.editsFinished();
      return {};
    },
    'project.taken': async (session, { hash }) => {
      await documents.taken(session, hash);
      return {};
    },
    'project.answer': async (session, { answer }) => {
      const failure = await (answer === 'keep' ? session.guard.keep() : session.guard.take(EMPTY_CREW));
      return failure === null ? { status: 'done' } : { status: 'failed', message: failure };
    },
    'project.on_disk': async (session) => {
      const loaded = await session.guard.onDisk();
      if (loaded.ok) return { status: 'ready', project: loaded.project };
      return { status: 'failed', message: loaded.problems[0]?.message ?? 'This crew has no file to compare with.' };
    },
    'project.estimates': ({ document }) => work.estimates(document.project),
  };
}

function holdsWork({ document }: Session): boolean {
  return document.edited || document.project.tasks.length > 0 || document.project.agents.length > 0;
}
