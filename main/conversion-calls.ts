import { writeProject } from '../app/crew-file/export/write-project.ts';
import { exportCrewai } from '../shared/import/export/export-crewai.ts';
import { askForProject, askForProjectFolder } from './dialogs.ts';
import type { Documents } from './documents.ts';
import type { Handlers } from './ipc.ts';
import type { Runs } from './runs.ts';
import type { Session } from './session.ts';
import type { SettingsFile } from './settings.ts';

type ConversionCalls = Pick<Handlers<Session>, 'crew.import' | 'crew.export'>;

interface Deps {
  documents: Documents;
  runs: Runs;
  settings: SettingsFile;
}

/** Handles the window's calls about projects of other frameworks. */
export function conversionCalls({ documents, runs, settings }: Deps): ConversionCalls {
  return {
    'crew.import': async (session, { from }) => {
      const path = await askForProject(session.window, from, settings.get().lastFolder);
      // A window with a run in progress keeps its crew.
      if (path === null || runs.activeIn(session) !== null) return { status: 'cancelled' };
      // The parsers of YAML and Python are large, and most windows import nothing.
      const { importCrewaiFolder, importRcrewaiScript } = await import('../app/crew-file/import/import-crew.ts');
      const imported = await (from === 'crewai' ? importCrewaiFolder(path) : importRcrewaiScript(path));
      if (!imported.ok) return { status: 'refused', path, problems: imported.problems };
      const opened = await documents.openNew(session, imported.crew);
      return opened.status === 'opened' ? { ...opened, report: imported.report } : opened;
    },
    'crew.export': async (session, { crew }) => {
      const folder = await askForProjectFolder(session.window, settings.get().lastFolder);
      if (folder === null) return { status: 'cancelled' };
      const project = exportCrewai(crew);
      const problem = await writeProject(folder, project);
      if (problem !== null) return { status: 'failed', message: problem.message };
      return { status: 'exported', folder, report: project.report };
    },
  };
}
