import type { Crew } from '../../../shared/crew/schema.ts';
import { nodePositions } from '../../state/canvas/node-positions.ts';
import { boxOf, containsPoint } from '../../state/canvas/sizes.ts';

/** The key of the topmost node under a point of the canvas; null if there is none. */
export function nodeAt(crew: Crew, point: { x: number; y: number }, kind?: 'task' | 'agent'): string | null {
  let hit: string | null = null;
  for (const [key, at] of nodePositions(crew)) {
    if ((kind === undefined || key.startsWith(`${kind}:`)) && containsPoint(boxOf(key, at), point)) hit = key;
  }
  return hit;
}
