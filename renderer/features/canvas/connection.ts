import { dependsOn } from '../../../shared/crew/context.ts';
import { wouldCycle } from '../../../shared/crew/cycle.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { addDependency, assign } from '../../state/commands/crew-edits.ts';
import { keyParts } from '../../state/ui.ts';
import type { WindowState } from '../../state/window-state.ts';

/** Why two nodes cannot be connected, as a message; null if they can. */
export function connectionError(crew: Crew, from: string, to: string): string | null {
  const source = keyParts(from);
  const target = keyParts(to);
  if (target?.kind !== 'task' || !source) return 'A connection must end at a task.';
  if (source.kind === 'agent') return null;
  if (source.name === target.name) return 'A task cannot depend on itself.';
  const task = crew.tasks.find(({ name }) => name === target.name);
  if (task && dependsOn(task, source.name)) return `${target.name} already depends on ${source.name}.`;
  const cycle = wouldCycle(crew, source.name, target.name);
  return cycle ? `This would create a cycle: ${[...cycle, cycle[0]].join(' → ')}.` : null;
}

/** Adds a finished connection: a dependency, or an assignment. A refused connection changes nothing. */
export function connect(win: WindowState, crew: Crew, from: string, to: string): void {
  if (connectionError(crew, from, to) !== null) return;
  const source = keyParts(from);
  const target = keyParts(to);
  if (!source || !target) return;
  if (source.kind === 'agent') assign(win, source.name, target.name);
  else addDependency(win, source.name, target.name);
}
