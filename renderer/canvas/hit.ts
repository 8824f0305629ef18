import type { Project } from '../../shared/project/schema.ts';
import { placesOf } from './places.ts';
import { boxOf, holds } from './sizes.ts';

/** The key of the node under a point of the canvas, the last drawn first; null where there is none. */
export function nodeAt(project: Project, point: { x: number; y: number }, kind?: 'task' | 'agent'): string | null {
  const hits = [...placesOf(project)].filter(
    ([key, at]) => (kind === undefined || key.startsWith(`${kind}:`)) && holds(boxOf(key, at), point),
  );
  return hits.at(-1)?.[0] ?? null;
}
