import type { Crew } from '../../../shared/crew/schema.ts';
import type { Dragged } from '../../base/dragged.ts';
import { freePosition } from '../../state/canvas/view.ts';
import { addAgent, addPool, addTask, assign, giveTool } from '../../state/commands/crew-edits.ts';
import { keyParts, toast } from '../../state/ui.ts';
import type { WindowState } from '../../state/window-state.ts';
import { nodeAt } from './node-at.ts';

/** What dropping a library entry on a point of the canvas does. */
export function drop(win: WindowState, crew: Crew, dragged: Dragged, point: { x: number; y: number }): void {
  const at = [point.x, point.y] as const;
  const on = keyParts(nodeAt(crew, point) ?? '');
  switch (dragged.kind) {
    case 'task':
      addTask(win, freePosition(win, 'task:', at));
      break;
    case 'agent':
      addAgent(win, freePosition(win, 'agent:', at));
      break;
    case 'pool':
      addPool(win);
      break;
    case 'tool':
      if (on?.kind === 'agent' || on?.kind === 'task') giveTool(win, on.kind, on.name, dragged.tool);
      else toast(win, 'info', `Drop ${dragged.tool} on an agent or a task.`);
      break;
    case 'assign':
      if (on?.kind === 'task') assign(win, dragged.agent, on.name);
      else toast(win, 'info', `Drop ${dragged.agent} on a task to assign it.`);
  }
}
