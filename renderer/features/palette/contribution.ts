import type { Contribution } from '../../state/contribution.ts';
import { showDialog } from '../../state/ui.ts';
import { CommandPalette } from './command-palette.tsx';

export const palette: Contribution = {
  dialogs: [{ name: 'palette', title: 'Search', Content: CommandPalette }],
  commands: [
    {
      name: 'palette',
      label: 'Search and commands…',
      section: 'File',
      menu: { menu: 'view', group: 1 },
      accelerator: 'Mod+K',
      keys: { scope: 'anywhere', list: ['/'] },
      isHidden: true,
      act: (win) => showDialog(win, 'palette'),
    },
  ],
};
