import type { Contribution } from '../store/contribution.ts';
import { toggleInbox } from './use-inbox.ts';

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
