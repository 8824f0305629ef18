import { listTemplates } from '../app/crew-file/templates.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import { type Documents, EMPTY_CREW } from './documents.ts';
import type { Handlers } from './ipc.ts';
import type { Runs } from './runs.ts';
import type { Session } from './session.ts';
import type { Windows } from './windows.ts';

type CrewCalls = Pick<
  Handlers<Session>,
  | 'crew.templates'
  | 'crew.new'
  | 'crew.from_run'
  | 'crew.open'
  | 'crew.save'
  | 'crew.save_as'
  | 'crew.edited'
  | 'crew.finished'
  | 'crew.taken'
  | 'crew.answer'
  | 'crew.on_disk'
  | 'crew.estimates'
>;

interface Deps {
  documents: Documents;
  examples: string;
  work: BackgroundTasks;
  runs: Runs;
  windows: Windows;
}

/** Handles the window's calls about its crew. */
export function crewCalls({ documents, examples, work, runs, windows }: Deps): CrewCalls {
  return {
    'crew.templates': () => listTemplates(examples),
    'crew.new': (session, { template }) => documents.fromTemplate(session, template),
    'crew.from_run': async (session, { run }) => {
      const { crew } = await work.events(runs.dir(run), 0);
      if (crew === null) throw new Error(`Run ${run} has no crew.`);
      return runs.activeIn(session) === null ? documents.openNew(session, crew) : { status: 'cancelled' };
    },
    'crew.open': async (session, { path, beside }) => {
      // A window with a run in progress keeps its crew, and a dropped file never replaces one.
      const replace = runs.activeIn(session) === null && !(beside === true && hasContent(session));
      return replace ? documents.open(session, path) : windows.openInNewWindow(session, path);
    },
    'crew.save': (session, { crew }) => documents.save(session, crew),
    'crew.save_as': (session, { crew }) => documents.saveAs(session, crew),
    'crew.edited': (session, { crew, edited, touched }) => {
      documents.applyEdits(session, crew, edited, touched);
      return {};
    },
    'crew.finished': (session) => {
      session.editsFinished();
      return {};
    },
    'crew.taken': async (session, { hash }) => {
      await documents.reloadApplied(session, hash);
      return {};
    },
    'crew.answer': async (session, { answer }) => {
      const failure = await (answer === 'keep' ? session.guard.keep() : session.guard.replaceWithFile(EMPTY_CREW));
      return failure === null ? { status: 'done' } : { status: 'failed', message: failure };
    },
    'crew.on_disk': async (session) => {
      const loaded = await session.guard.onDisk();
      if (loaded.ok) return { status: 'ready', crew: loaded.crew };
      return { status: 'failed', message: loaded.problems[0]?.message ?? 'This crew has no file to compare with.' };
    },
    'crew.estimates': ({ document }) => work.estimates(document.crew),
  };
}

function hasContent({ document }: Session): boolean {
  return document.edited || document.crew.tasks.length > 0 || document.crew.agents.length > 0;
}
