import type { Contribution } from '../../state/contribution.ts';
import { toggleInbox } from '../../state/inbox.ts';

export const inbox: Contribution = {
  commands: [
    {
      name: 'reviews',
      label: 'Reviews',
      section: 'Run',
      menu: { menu: 'run', group: 3 },
      accelerator: 'Mod+Shift+R',
      act: toggleInbox,
    },
  ],
};
