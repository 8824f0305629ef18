import type { Crew } from '../../../shared/project/schema.ts';
import { serializeProject } from '../../../shared/project/serialize.ts';
import { sha256 } from '../../base/hash.ts';

/** SHA-256 of the parts of a crew that affect runs, in hex. The layout does not affect runs and is left out. */
export function contentHash(project: Crew): string {
  return sha256(serializeProject({ ...project, layout: { nodes: {}, groups: [] } }));
}
