import type { Contribution } from '../../state/contribution.ts';
import { showDialog } from '../../state/ui.ts';

export const trust: Contribution = {
  commands: [
    {
      name: 'trusted',
      label: 'Trusted crews and folders…',
      section: 'File',
      menu: { menu: 'file', group: 3 },
      act: (win) => showDialog(win, 'trusted'),
    },
  ],
};
