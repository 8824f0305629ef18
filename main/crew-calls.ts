import { dirname, relative, sep } from 'node:path';
import { isBelow, realPathOf } from '../app/base/contained-path.ts';
import { linkFromDisk } from '../app/crew-file/load-linked.ts';
import { listTemplates } from '../app/crew-file/templates.ts';
import { fileOf } from '../shared/crew/link.ts';
import type { Crew } from '../shared/crew/schema.ts';
import type { BackgroundTasks } from './background-tasks.ts';
import { askForCrew } from './dialogs.ts';
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
  | 'crew.choose_part'
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
      return runs.activeIn(session) === null ? documents.openNew(session, fileOf(crew)) : { status: 'cancelled' };
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
    'crew.choose_part': (session) => choosePart(session),
    'crew.estimates': async ({ document: { crew, path }, shippedFrom }) => {
      const file = path ?? shippedFrom;
      const linked = file === null ? null : await linkFromDisk(crew, file);
      const known: Crew = linked?.ok ? linked.crew : crew;
      return { estimates: await work.estimates(known), parts: { ...known.linked?.parts } };
    },
  };
}

/** Asks for a crew file below the folder of the session's crew. */
async function choosePart({ window, document: { path } }: Session): Promise<PartChoice> {
  if (path === null) return { status: 'failed', message: 'Save the crew first.' };
  const folder = await realPathOf(dirname(path));
  const chosen = await askForCrew(window, folder);
  if (chosen === null) return { status: 'ready', path: null };
  const real = await realPathOf(chosen);
  if (isBelow(folder, real)) return { status: 'ready', path: relative(folder, real).split(sep).join('/') };
  return { status: 'failed', message: `${chosen} is not below ${folder}, the folder of this crew. Move it there.` };
}

type PartChoice = { status: 'ready'; path: string | null } | { status: 'failed'; message: string };

function hasContent({ document }: Session): boolean {
  return document.edited || document.crew.tasks.length > 0 || document.crew.agents.length > 0;
}
