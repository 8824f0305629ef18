import { autoLayout, fitView, middleOfView } from '../../state/canvas/view.ts';
import { addAgent, addTask } from '../../state/commands/crew-edits.ts';
import type { Contribution } from '../../state/contribution.ts';

export const canvas: Contribution = {
  commands: [
    {
      name: 'add_agent',
      label: 'Add an agent',
      section: 'Crew',
      keys: { scope: 'crew', list: ['A'] },
      act: (win) => addAgent(win, middleOfView(win)),
    },
    {
      name: 'add_task',
      label: 'Add a task',
      section: 'Crew',
      keys: { scope: 'crew', list: ['T'] },
      act: (win) => addTask(win, middleOfView(win)),
    },
    {
      name: 'auto_layout',
      label: 'Auto layout',
      section: 'Crew',
      menu: { menu: 'view', group: 1 },
      accelerator: 'Mod+L',
      act: (win) => void autoLayout(win),
    },
    {
      name: 'zoom_fit',
      label: 'Zoom to fit',
      section: 'Crew',
      menu: { menu: 'view', group: 1 },
      accelerator: 'Mod+9',
      act: fitView,
    },
  ],
};
