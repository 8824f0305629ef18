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
      act: () => showDialog('keys'),
    },
    {
      name: 'about',
      label: 'About',
      section: 'File',
      menu: { menu: 'help', group: 1, label: 'About Crewlane' },
      act: () => showDialog('about'),
    },
  ],
};
