import { listTemplates } from '../app/project/templates.ts';
import type { Documents } from './documents.ts';
import type { Handlers } from './ipc.ts';
import type { LongWork } from './long-work.ts';
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
  | 'project.estimates'
>;

interface Parts {
  documents: Documents;
  examples: string;
  work: LongWork;
  runs: Runs;
  windows: Windows;
}

/** What the window asks about the crew that is open in it. */
export function projectCalls({ documents, examples, work, runs, windows }: Parts): ProjectCalls {
  return {
    'project.templates': () => listTemplates(examples),
    'project.new': (session, { template }) => documents.fromTemplate(session, template),
    'project.from_run': async (session, { run }) => {
      const { project } = await work.events(runs.dir(run), 0);
      if (project === null) throw new Error(`The run ${run} has no crew.`);
      return runs.carriedBy(session) === null ? documents.openNew(session, project) : { status: 'cancelled' };
    },
    'project.open': async (session, { path, beside }) => {
      // A run in progress keeps its window, and a dropped file never replaces a crew.
      const replace = runs.carriedBy(session) === null && !(beside === true && holdsWork(session));
      return replace ? documents.open(session, path) : windows.openBeside(session, path);
    },
    'project.save': (session, { project }) => documents.save(session, project),
    'project.save_as': (session, { project }) => documents.saveAs(session, project),
    'project.edited': (session, { project, edited }) => {
      documents.edited(session, project, edited);
      return {};
    },
    'project.estimates': ({ document }) => work.estimates(document.project),
  };
}

function holdsWork({ document }: Session): boolean {
  return document.edited || document.project.tasks.length > 0 || document.project.agents.length > 0;
}
