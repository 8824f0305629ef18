import type { CallInput } from '../../../shared/ipc/channels.ts';
import { call } from '../../base/bridge.ts';
import type { Command } from '../command.ts';
import { editedDocument } from '../document.ts';
import { showDialog, toast } from '../ui.ts';
import type { WindowState } from '../window-state.ts';
import { showOpened, showRefused } from './file-commands.ts';

/** Making crews from projects of other frameworks. */
export const IMPORT_COMMANDS: readonly Command[] = [
  {
    name: 'import_crewai',
    label: 'Import CrewAI project…',
    section: 'File',
    menu: { menu: 'file', group: 2 },
    act: (win) => void importCrew(win, 'crewai'),
  },
  {
    name: 'import_rcrewai',
    label: 'Import RCrewAI script…',
    section: 'File',
    menu: { menu: 'file', group: 2 },
    act: (win) => void importCrew(win, 'rcrewai'),
  },
];

export const exportCrewaiCommand: Command = {
  name: 'export_crewai',
  label: 'Export CrewAI project…',
  section: 'File',
  menu: { menu: 'file', group: 2 },
  act: (win) => void exportCrew(win),
};

/** Opens a crew that is made from a project, as a new crew, and shows what was left out. */
async function importCrew(win: WindowState, from: CallInput<'crew.import'>['from']): Promise<void> {
  const imported = await call('crew.import', { from });
  if (imported.status === 'refused') showRefused(win, imported);
  if (imported.status !== 'opened') return;
  showOpened(win, imported.document);
  win.ui.setState({ conversion: imported.report });
  showDialog(win, 'conversion');
}

/** Writes the crew that is being edited as a project of CrewAI, and shows what was left out. */
async function exportCrew(win: WindowState): Promise<void> {
  const exported = await call('crew.export', { crew: editedDocument(win).crew });
  if (exported.status === 'failed') toast(win, 'error', exported.message);
  if (exported.status !== 'exported') return;
  toast(win, 'info', `Exported: ${exported.folder}`);
  win.ui.setState({ conversion: exported.report });
  showDialog(win, 'conversion');
}
