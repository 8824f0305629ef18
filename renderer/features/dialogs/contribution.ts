import type { Contribution } from '../../state/contribution.ts';
import { showDialog } from '../../state/ui.ts';
import { About } from './about.tsx';
import { KeyForm } from './key-form.tsx';
import { Keys } from './keys.tsx';
import { Memory } from './memory.tsx';

export const dialogs: Contribution = {
  dialogs: [
    { name: 'about', title: 'Crewlane', Content: About },
    { name: 'keys', title: 'Keyboard shortcuts', Content: Keys },
    { name: 'key', title: 'Provider API key', Content: KeyForm },
    { name: 'memory', title: 'Memory', Content: Memory },
  ],
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
