import { exportCrewaiCommand, IMPORT_COMMANDS } from '../../state/commands/import-commands.ts';
import type { Contribution } from '../../state/contribution.ts';
import { Conversion } from './conversion.tsx';

export const conversion: Contribution = {
  dialogs: [{ name: 'conversion', title: 'Converted and left out', Content: Conversion }],
  commands: [...IMPORT_COMMANDS, exportCrewaiCommand],
};
