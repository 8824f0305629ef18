import type { Contribution } from '../../state/contribution.ts';
import { showDialog } from '../../state/ui.ts';

export const dialogs: Contribution = {
  commands: [
    {
      name: 'keys',
      label: 'Keyboard shortcuts',
      section: 'File',
      menu: { menu: 'help', group: 1 },
      keys: { scope: 'anywhere', list: ['?'] },
      act: (win) => showDialog(win, 'keys'),
    },
    {
      name: 'about',
      label: 'About',
      section: 'File',
      menu: { menu: 'help', group: 1, label: 'About Crewlane' },
      act: (win) => showDialog(win, 'about'),
    },
  ],
};
