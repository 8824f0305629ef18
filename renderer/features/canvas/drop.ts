import type { Crew } from '../../../shared/crew/schema.ts';
import type { Dragged } from '../../base/dragged.ts';
import { freePosition } from '../../state/canvas/view.ts';
import { addAgent, addPool, addTask, assign, giveTool } from '../../state/commands/crew-edits.ts';
import { keyParts, toast } from '../../state/ui.ts';
import { nodeAt } from './node-at.ts';

/** What dropping a library entry on a point of the canvas does. */
export function drop(crew: Crew, dragged: Dragged, point: { x: number; y: number }): void {
  const at = [point.x, point.y] as const;
  const on = keyParts(nodeAt(crew, point) ?? '');
  switch (dragged.kind) {
    case 'task':
      addTask(freePosition('task:', at));
      break;
    case 'agent':
      addAgent(freePosition('agent:', at));
      break;
    case 'pool':
      addPool();
      break;
    case 'tool':
      if (on?.kind === 'agent') giveTool(on.name, dragged.tool);
      else toast('info', `Drop ${dragged.tool} on an agent to give it the tool.`);
      break;
    case 'assign':
      if (on?.kind === 'task') assign(dragged.agent, on.name);
      else toast('info', `Drop ${dragged.agent} on a task to assign it.`);
  }
}
