import type { Contribution } from '../../state/contribution.ts';
import { showDialog } from '../../state/ui.ts';
import { Trusted } from './trusted.tsx';

export const trust: Contribution = {
  dialogs: [{ name: 'trusted', title: 'Trusted crews and folders', Content: Trusted }],
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
