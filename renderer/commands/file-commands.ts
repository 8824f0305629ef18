import type { Opened } from '../../shared/ipc/values.ts';
import { call } from '../bridge.ts';
import { markSaved, openDocument, useDocument } from '../store/document.ts';
import { closeRun, useRun } from '../store/run.ts';
import { select, toast, useUi } from '../store/ui.ts';

/** Shows what was opened; a refused file leaves everything as it was, with the list of its problems. */
function show(opened: Opened): void {
  switch (opened.status) {
    case 'opened':
      openDocument(opened.document);
      if (!useRun.getState().live) closeRun();
      select();
      useUi.setState({ refused: null });
      if (opened.document.recovered) toast('info', 'Unsaved changes of the last time are back.');
      return;
    case 'refused':
      useUi.setState({
        refused: { title: `${opened.path ?? 'The file'} cannot be opened`, problems: opened.problems },
      });
      return;
    case 'cancelled':
      return;
  }
}

export async function newCrew(template = 'empty_crew'): Promise<void> {
  show(await call('project.new', { template }));
}

export async function openCrew(path?: string, beside = false): Promise<void> {
  show(await call('project.open', { ...(path === undefined ? {} : { path }), beside }));
}

export async function saveCrew(as: boolean): Promise<void> {
  const { project } = useDocument.getState();
  const saved = await call(as ? 'project.save_as' : 'project.save', { project });
  if (saved.status === 'saved') {
    markSaved(project, saved.path);
    toast('info', `Saved: ${saved.path}`);
  } else if (saved.status === 'failed') toast('error', saved.message);
}
